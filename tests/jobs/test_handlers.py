"""What jobs does when a case moves by another road."""

from datetime import timedelta

import pytest

from cases import services as cases
from cases.models import FollowUp
from jobs.services.at_work import status_at
from tests.jobs.factories import NOON, TODAY, VacancyFactory, placed_case

pytestmark = pytest.mark.django_db
BIJIE_HOME = 520524103200


def follow_up(case, result, days):
    at = NOON + timedelta(days=days)
    row = FollowUp.objects.waiting().filter(case=case).order_by("due_on").first()
    return cases.record_follow_up(follow_up=row, result=result, by=None, at=at)


def test_the_first_still_working_makes_the_worker_employed():
    case = placed_case(vacancy=VacancyFactory(nearby=True), needs_transport=False, start_on=TODAY + timedelta(days=2))

    follow_up(case, "still_working", 20)

    case.worker.refresh_from_db()
    placement = case.placements.get()
    assert (case.worker.status, case.worker.employer_name) == ("employed_in_county", placement.employer_name)
    assert placement.is_current


def test_left_at_a_follow_up_ends_the_placement_and_frees_the_opening():
    vacancy = VacancyFactory(headcount=1, nearby=True)
    case = placed_case(vacancy=vacancy, needs_transport=False, start_on=TODAY)

    follow_up(case, "left", 8)

    vacancy.refresh_from_db()
    case.worker.refresh_from_db()
    assert (case.placements.get().ended_because, vacancy.openings) == ("left", 1)
    assert case.worker.status == "unemployed_willing"


def test_a_settled_case_taken_up_again_has_no_current_job():
    case = placed_case(vacancy=VacancyFactory(nearby=True), needs_transport=False, start_on=TODAY)
    for days in (10, 40, 100):
        follow_up(case, "still_working", days)
    case.refresh_from_db()
    settled = case.state

    cases.reopen_case(case=case, by=None, at=NOON + timedelta(days=120))

    assert (settled, [p.is_current for p in case.placements.all()]) == ("settled", [False])


@pytest.mark.parametrize(
    "place,status",
    [
        (520524104000, "employed_in_county"),
        (520521000000, "employed_in_city"),
        (520102000000, "employed_in_province"),
        (330784000000, "employed_outside_province"),
        (440000000000, "employed_outside_province"),
    ],
)
def test_where_somebody_works_follows_from_home_and_place(place, status):
    assert status_at(home=BIJIE_HOME, place=place) == status
