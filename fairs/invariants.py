"""What must always hold of fairs; each function counts the rows that break it."""

from django.db.models import F

from fairs.models import FairReferral, Wish
from workers.invariants import register


def referrals_open_for_cases_not_referred() -> int:
    return FairReferral.objects.waiting().exclude(case__state="referred").count()


def referrals_of_another_worker() -> int:
    return FairReferral.objects.exclude(worker_id=F("case__worker_id")).count()


def people_waiting_at_ended_fairs() -> int:
    return (
        FairReferral.objects.waiting()
        .filter(result="", checked_in_at__isnull=True, fair__state__in=("finished", "cancelled"))
        .count()
    )


def wishes_at_another_fair() -> int:
    return Wish.objects.exclude(offer__booth__fair_id=F("referral__fair_id")).count()


register("fairs_open_referral_has_a_referred_case", referrals_open_for_cases_not_referred)
register("fairs_referral_and_case_name_one_worker", referrals_of_another_worker)
register("fairs_nobody_waits_at_a_fair_that_is_over", people_waiting_at_ended_fairs)
register("fairs_wish_is_offered_at_the_same_fair", wishes_at_another_fair)
