"""What texts and journal lines say of a referral, and the keys that make each text exactly one."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from fairs.models import Fair, FairReferral
from fairs.querysets import ReferralQuerySet
from kit.days import local_day
from notifications.choices import Reason
from notifications.models import Message
from notifications.querysets import MessageQuerySet
from notifications.sending.writing import Draft
from notifications.services import queue_many, queue_message, withdraw_messages
from staff.models import User

LEFT = ~Q(state__in=(Message.State.QUEUED, Message.State.SUPPRESSED))
SOON = timedelta(hours=24)
INVITATIONS = ("fair_invited", "fair_invited_late")
ABOUT_COMING = (*INVITATIONS, "fair_reminder", "fair_changed", "fair_call")
"""Of no use to who is there, and to nobody once the doors are closed."""
THE_PHONE = (Reason.NO_PHONE, Reason.OPTED_OUT, Reason.NOT_ALLOWED, Reason.NOT_MOBILE, Reason.BLOCKED)
"""Why no text can reach somebody at all: then the cadre tells them."""


def tell_invited(referral: FairReferral, at: datetime, *, not_before: datetime | None = None) -> None:
    _invite(referral, _key("fair_invited", referral), at, not_before)


def remind_all(referrals: Iterable[FairReferral], at: datetime) -> int:
    """One for each day the fair was ever set for: put off, it is reminded of again. Returns how many are new."""
    drafts = [
        Draft(
            worker=referral.worker,
            context=_facts(referral),
            dedupe_key=reminder_key(referral),
            about=referral,
            not_after=referral.fair.starts_at,
        )
        for referral in referrals
    ]
    return queue_many(drafts, template="fair_reminder", at=at)


def tell_changed(referral: FairReferral, at: datetime) -> None:
    """One text and no more: what has not left says how it was. Whose invitation has not left is invited anew."""
    fair, key = referral.fair, _key("fair_changed", referral, f"{referral.fair.changed_at:%Y%m%d%H%M%S}")
    if Message.objects.filter(dedupe_key=key).exists():
        return
    unsent = [text for text in withdraw_messages(about=referral, at=at) if text.template in INVITATIONS]
    if unsent:
        _invite(referral, key, at, unsent[0].not_before)
        return
    first = min(fair.starts_at, fair.changed_from or fair.starts_at)
    _tell(referral, "fair_changed", key, at, not_after=_of_use_until(fair, at), needed_by=first)


def call_in(referral: FairReferral, at: datetime) -> None:
    """The fair is under way and they are not here."""
    key = _key("fair_call", referral, f"{referral.fair.called_at:%Y%m%d%H%M%S}")
    _tell(referral, "fair_call", key, at, not_after=referral.fair.ends_at)


def tell_cancelled(referral: FairReferral, at: datetime) -> None:
    """At night only when the fair is so near that somebody might set out before the morning.

    Who is there is told there, and who never heard of the fair has nothing to be told.
    """
    if referral.has_come or is_unheard_of(referral):
        return
    is_near = referral.fair.starts_at - at < SOON
    _tell(referral, "fair_cancelled_now" if is_near else "fair_cancelled", _key("fair_cancelled", referral), at)


def tell_taken_back(referral: FairReferral, at: datetime) -> None:
    """Only who has been told of the fair is told that they need not go."""
    if _texts_about(referral).exclude(state=Message.State.SUPPRESSED).exists():
        fair, key = referral.fair, _key("fair_taken_back", referral)
        _tell(referral, "fair_taken_back", key, at, not_after=fair.ends_at, needed_by=fair.starts_at)


def invite_again(referral: FairReferral, at: datetime) -> None:
    """Back on the list: whose invitation was taken back before it left has not heard of the fair yet."""
    invited = _texts_about(referral).filter(template__in=INVITATIONS).order_by("-pk").first()
    if referral.is_expected and invited and invited.failed_reason == Reason.WITHDRAWN:
        _invite(referral, _key("fair_invited", referral, f"{at:%Y%m%d%H%M%S}"), at)


def take_back_waiting(referral: FairReferral, *, by: User | None, at: datetime) -> None:
    """What still waits to be sent asks them to come: they are here, or it is too late."""
    withdraw_messages(about=referral, templates=ABOUT_COMING, by=by, at=at)


def is_unheard_of(referral: FairReferral) -> bool:
    """Referred with many by one press, and no text has left: a cadre who refers somebody tells them of the fair."""
    if referral.batch_id is None or referral.confirmed_at:
        return False
    texts = _texts_about(referral)
    return not texts.filter(LEFT | Q(failed_reason__in=THE_PHONE)).exists()


def count_unheard_of(people: ReferralQuerySet) -> int:
    """The same of many. 2 queries."""
    asked = list(people.filter(batch__isnull=False, confirmed_at=None).values_list("pk", flat=True))
    heard = Message.objects.about(FairReferral, asked).filter(LEFT | Q(failed_reason__in=THE_PHONE))
    return len(set(asked) - set(heard.values_list("about_id", flat=True)))


def reminder_key(referral: FairReferral) -> str:
    return _key("fair_reminder", referral, f"{local_day(referral.fair.starts_at):%Y%m%d}")


def venue_and_landmark(fair: Fair) -> str:
    """县体育中心，东门: the landmark helps who has never been there."""
    return f"{fair.venue}，{fair.landmark}" if fair.landmark else fair.venue


def for_journal(referral: FairReferral, **more) -> dict:
    return {"fair": referral.fair.title, **more}


def _texts_about(referral: FairReferral) -> MessageQuerySet:
    return Message.objects.about(FairReferral, [referral.pk])


def _invite(referral: FairReferral, key: str, at: datetime, not_before: datetime | None = None) -> None:
    """Nobody is asked to come at an hour that is past: while the fair is under way they are told until when."""
    fair, leaves_at = referral.fair, max(not_before or at, at)
    template = "fair_invited" if leaves_at < fair.starts_at else "fair_invited_late"
    _tell(referral, template, key, at, not_before, _of_use_until(fair, leaves_at), needed_by=fair.starts_at)


def _of_use_until(fair: Fair, leaves_at: datetime) -> datetime:
    """The hour that the text speaks of; for who is told during the fair, its end."""
    return fair.starts_at if leaves_at < fair.starts_at else fair.ends_at


def _key(template: str, referral: FairReferral, *more: str) -> str:
    return ":".join([template, str(referral.pk), *more])


def _tell(
    referral: FairReferral,
    template: str,
    key: str,
    at: datetime,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    needed_by: datetime | None = None,
) -> None:
    queue_message(
        worker=referral.worker,
        template=template,
        context=_facts(referral),
        dedupe_key=key,
        about=referral,
        at=at,
        not_before=not_before,
        not_after=not_after,
        needed_by=needed_by,
    )


def _facts(referral: FairReferral) -> dict:
    fair = referral.fair
    return {
        "fair": fair.title,
        "starts_at": fair.starts_at,
        "place": venue_and_landmark(fair),
        "ends_at": fair.ends_at,
        "code": referral.code,
    }
