import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cases import services as cases
from cases.models import Case
from cases.services.holding import held
from fairs.events import referred_to_fair
from fairs.models import BoothVacancy, Fair, FairReferral, Wish
from fairs.refusals import AlreadyReferred, FairClosed, NotAtThisFair, TooManyWishes, UnderAge
from fairs.services.planning import lock_fair
from notifications.services import queue_message
from staff.models import User
from workers import journal

WORKING_AGE = 16
MOST_WISHES = 3


@transaction.atomic
def refer_to_fair(
    *, fair: Fair, case: Case, wishes: Sequence[BoothVacancy], by: User, at: datetime
) -> FairReferral:
    """Send the worker to the fair with a door code and an SMS. Asking twice gives the same referral."""
    fair = lock_fair(fair)
    check_fair_takes(fair, at)
    check_wishes(fair, wishes)
    if case.worker.age(timezone.localdate(fair.starts_at)) < WORKING_AGE:
        raise UnderAge()
    with held(case) as step:
        if same := FairReferral.objects.waiting().filter(fair=fair, case=case).first():
            return same
        if FairReferral.objects.waiting().filter(case=case).exists():
            raise AlreadyReferred()
        return refer_held(fair, step.case, wishes, by, at)


@transaction.atomic
def withdraw_referral(*, referral: FairReferral, why: str, by: User | None, at: datetime) -> None:
    """Take the person off the fair's list. The case is the caller's business."""
    referral.withdrawn_at, referral.withdrawn_because = at, why
    referral.save(update_fields=["withdrawn_at", "withdrawn_because"])
    journal.record(
        worker=referral.worker, what="fair_referral_withdrawn", about=referral, by=by, at=at,
        data={"fair": referral.fair.title, "why": why},
    )  # fmt: skip


@transaction.atomic
def remind_of_fair(*, referral: FairReferral, at: datetime) -> None:
    """The evening before. The dedupe key makes a second sweep harmless."""
    queue_message(
        worker=referral.worker, template="fair_reminder", context=words_for_sms(referral),
        dedupe_key=f"fair_reminder:{referral.pk}:{referral.fair.starts_at:%Y%m%d%H%M}", at=at,
    )  # fmt: skip


@transaction.atomic
def confirm_coming(*, referral: FairReferral, at: datetime) -> None:
    """The worker said by SMS that they will come. The first word counts."""
    said = FairReferral.objects.filter(pk=referral.pk, confirmed_at__isnull=True).update(confirmed_at=at)
    if said:
        journal.record(
            worker=referral.worker, what="fair_confirmed", about=referral, by=None, at=at,
            data={"fair": referral.fair.title},
        )  # fmt: skip


@transaction.atomic
def cannot_come(*, referral: FairReferral, at: datetime) -> None:
    """Off the list, and back to the cadre at once: there is time for another job."""
    lock_fair(referral.fair)
    withdraw_referral(referral=referral, why="cannot_come", by=None, at=at)
    cases.mark_not_matched(
        case=referral.case, by=None, at=at, why="fair_cannot_come", about=referral,
        data={"fair": referral.fair.title},
    )  # fmt: skip


def refer_held(fair, case, wishes, by, at) -> FairReferral:
    referral = create_referral(fair, case, wishes, by, at)
    cases.mark_referred(
        case=case, by=by, at=at, until=fair.ends_at, about=referral, reason="fair", data={"fair": fair.title}
    )
    tell_invited(referral, at)
    referred_to_fair.send(sender=FairReferral, referral=referral, by=by, at=at)
    return referral


def check_fair_takes(fair: Fair, at: datetime) -> None:
    if not fair.takes_referrals or fair.ends_at <= at:
        raise FairClosed()


def check_wishes(fair: Fair, wishes: Sequence[BoothVacancy]) -> None:
    if len(wishes) > MOST_WISHES:
        raise TooManyWishes()
    if any(offer.booth.fair_id != fair.pk for offer in wishes):
        raise NotAtThisFair()


def create_referral(fair, case, wishes, by, at) -> FairReferral:
    referral = FairReferral.objects.create(
        fair=fair, case=case, worker=case.worker, code=free_code(fair), referred_at=at, referred_by=by
    )
    Wish.objects.bulk_create(
        Wish(referral=referral, offer=offer, rank=rank) for rank, offer in enumerate(wishes, start=1)
    )
    journal.record(
        worker=case.worker, what="referred_to_fair", about=referral, by=by, at=at,
        data={"fair": fair.title, "wishes": [str(offer.vacancy) for offer in wishes]},
    )  # fmt: skip
    return referral


def free_code(fair: Fair) -> str:
    """Six random digits no one else at the fair has. The fair is locked, so the choice holds."""
    taken = set(fair.referrals.values_list("code", flat=True))
    while (code := f"{secrets.randbelow(10**6):06d}") in taken:
        pass
    return code


def tell_invited(referral: FairReferral, at: datetime) -> None:
    queue_message(
        worker=referral.worker, template="fair_invited", context=words_for_sms(referral),
        dedupe_key=f"fair_invited:{referral.pk}", at=at,
    )  # fmt: skip


def words_for_sms(referral: FairReferral) -> dict:
    fair = referral.fair
    starts = timezone.localtime(fair.starts_at)
    return {
        "name": referral.worker.name,
        "fair": fair.title,
        "month": starts.month,
        "day": starts.day,
        "time": f"{starts:%H:%M}",
        "venue": fair.landmark or fair.venue,
        "code": referral.code,
    }
