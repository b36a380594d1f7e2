import pytest

from jobs import services
from tests.jobs.factories import NOON, VacancyFactory, placed_case
from tests.notifications.about import about_of_texts, forget_and_fill

pytestmark = pytest.mark.django_db


def test_texts_from_before_are_told_which_letter_or_placement_they_are_about():
    case = placed_case(vacancy=VacancyFactory())
    placement = case.placements.get()
    letter = services.issue_letter(case=case, placement=placement, by=None, at=NOON)
    said = about_of_texts()

    forget_and_fill("jobs.migrations.0005_which_letter_or_placement_a_text_is_about")

    expected = {"placed": ("jobs.placement", placement.pk), "letter_ready": ("jobs.letter", letter.pk)}
    assert about_of_texts() == said == expected
