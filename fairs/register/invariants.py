"""What must always hold of fairs; each function counts the rows that break it."""

from django.db.models import Exists, F, OuterRef, Q

from cases.choices import State
from fairs.choices import LICENSED_FROM, OVER, FairState, Result
from fairs.models import BoothVacancy, Fair, FairReferral, Wish
from jobs.models import Placement
from workers.invariants import register


def referrals_waiting_for_cases_not_referred() -> int:
    return FairReferral.objects.waiting().exclude(case__state=State.REFERRED).count()


def referrals_of_another_worker() -> int:
    return FairReferral.objects.exclude(worker_id=F("case__worker_id")).count()


def people_expected_at_fairs_that_are_over() -> int:
    """A large fair is emptied in the minutes after it ends, and says so."""
    return FairReferral.objects.expected().filter(fair__state__in=OVER, fair__is_behind=False).count()


def people_at_fairs_that_never_opened() -> int:
    return FairReferral.objects.filter(fair__state=FairState.PLANNED).count()


def results_without_a_meeting() -> int:
    answered = ~Q(result__in=["", Result.NO_SHOW])
    return FairReferral.objects.filter(answered, checked_in_at=None).count()


def people_hired_without_a_placement() -> int:
    """At any time: a job that came to nothing later was a placement all the same."""
    placed = Placement.objects.filter(case=OuterRef("case"), vacancy=OuterRef("vacancy"))
    return FairReferral.objects.filter(~Exists(placed), result=Result.HIRED).count()


def wishes_at_another_fair() -> int:
    return Wish.objects.exclude(offer__booth__fair_id=F("referral__fair_id")).count()


def posts_at_the_booth_of_another_employer() -> int:
    return BoothVacancy.objects.exclude(vacancy__employer_id=F("booth__employer_id")).count()


def large_fairs_without_a_licence() -> int:
    """By plan. Who walks in through open doors may make any fair a large one."""
    return Fair.objects.filter(state=FairState.RUNNING, expected__gte=LICENSED_FROM, licence_no="").count()


register("fairs_who_waits_for_an_answer_has_a_referred_case", referrals_waiting_for_cases_not_referred)
register("fairs_referral_and_case_name_one_worker", referrals_of_another_worker)
register("fairs_nobody_is_expected_at_a_fair_that_is_over", people_expected_at_fairs_that_are_over)
register("fairs_nobody_is_sent_to_a_fair_that_never_opened", people_at_fairs_that_never_opened)
register("fairs_a_result_needs_a_meeting", results_without_a_meeting)
register("fairs_who_was_hired_has_a_placement", people_hired_without_a_placement)
register("fairs_a_wish_is_for_the_same_fair", wishes_at_another_fair)
register("fairs_a_booth_offers_posts_of_its_employer", posts_at_the_booth_of_another_employer)
register("fairs_a_large_fair_runs_with_a_licence", large_fairs_without_a_licence)
