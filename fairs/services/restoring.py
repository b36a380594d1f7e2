"""A step of the case, or a result, was taken back: what the fair had made of it is taken back too."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from cases.models import Case
from fairs import texts
from fairs.choices import PROMISES
from fairs.models import BoothVacancy, FairReferral, Result, Withdrawal
from fairs.services import casework
from staff.models import User
from workers import journal
from workers.models import JournalLine

FINAL = (Result.HIRED, Result.NO_MATCH)
UNDONE = "undone"


@transaction.atomic
def restore_referral(*, case: Case, by: User | None, at: datetime) -> None:
    """They are expected again, or the fair is over without them.

    Called while the case is locked, after it has moved. Only what came of the step taken back is restored: an older
    withdrawal, or another way to a job, has nothing to do with it.
    """
    referral = _changed_by_the_step(case)
    if referral is None or case.fair_referrals.waiting().exists():
        return
    if not referral.fair.takes_referrals and not referral.has_come:
        casework.call_off(referral, why="fair_missed", by=by, at=at)
        return
    _restore(referral)
    journal.record(
        worker=referral.worker, what="fair_referral_restored", about=referral, by=by, at=at,
        data=texts.for_journal(referral),
    )  # fmt: skip
    texts.invite_again(referral, at)


def _changed_by_the_step(case: Case) -> FairReferral | None:
    """Withdrawn, or its result recorded, in the same moment as the step that is taken back now."""
    undone = case.moves.order_by("-pk")[1]
    withdrawn = Q(withdrawn_because=Withdrawal.CASE_MOVED_ON, withdrawn_at=undone.at)
    final = Q(withdrawn_at=None, result__in=FINAL, result_at=undone.at)
    return case.fair_referrals.for_change().filter(withdrawn | final).order_by("-pk").first()


def _restore(referral: FairReferral) -> None:
    if referral.result in FINAL:
        say_what_was_said_before(referral)
    referral.withdrawn_at, referral.withdrawn_because = None, ""
    referral.save()


def say_what_was_said_before(referral: FairReferral) -> None:
    """An intent at the booth, as the journal has it, or nothing yet."""
    line = _promise_before(referral)
    offer = line and _offer_of(referral, line)
    referral.reason = ""
    if offer is None:
        referral.result, referral.result_at, referral.result_by = "", None, None
        referral.vacancy, referral.note = None, ""
    else:
        referral.result = line.what.removeprefix("fair_result_")
        referral.result_at, referral.result_by = line.entered_at, line.by
        referral.vacancy, referral.note = offer.vacancy, line.data["note"]


def _promise_before(referral: FairReferral) -> JournalLine | None:
    """The last that was neither taken back nor is what the referral says now."""
    told = [f"fair_result_{result}" for result in (*PROMISES, UNDONE)]
    lines = referral.worker.journal_lines.filter(about_type=referral._meta.label_lower, about_id=referral.pk)
    standing: list[JournalLine] = []
    for line in lines.filter(what__in=told).order_by("pk"):
        if line.what.endswith(UNDONE):
            del standing[-1:]
        else:
            standing.append(line)
    if referral.result in PROMISES:
        del standing[-1:]
    return standing[-1] if standing else None


def _offer_of(referral: FairReferral, line: JournalLine) -> BoothVacancy | None:
    """By the post's key; lines of before it was written down have only its name, which two posts may share."""
    offers = BoothVacancy.objects.filter(booth__fair=referral.fair_id).select_related("vacancy")
    if key := line.data.get("post_id"):
        return offers.filter(vacancy=key).first()
    return next((offer for offer in offers if str(offer.vacancy) == line.data["post"]), None)
