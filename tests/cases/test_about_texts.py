import pytest

from cases.services.next_steps import text_worker
from tests.cases.factories import CaseFactory
from tests.notifications.about import about_of_texts, forget_and_fill
from tests.workers.factories import NOON

pytestmark = pytest.mark.django_db


def test_texts_from_before_are_told_which_case_they_are_about():
    case = CaseFactory()
    text_worker(case, by=None, at=NOON)
    said = about_of_texts()

    forget_and_fill("cases.migrations.0003_which_case_a_text_is_about")

    assert about_of_texts() == said == {"please_call_back": ("cases.case", case.pk)}
