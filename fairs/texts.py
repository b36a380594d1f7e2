"""What texts and journal lines say of a referral, and the keys that make each text exactly one."""

from datetime import datetime, timedelta

from fairs.models import Fair, FairReferral
from kit.days import local_day
from notifications.choices import Reason
from notifications.models import Message
from notifications.querysets import MessageQuerySet
from notifications.services import queue_message, withdraw_messages

SOON = timedelta(hours=24)


def tell_invited(referral: FairReferral, at: datetime, *, not_before: datetime | None = None) -> None:
    fair, key = referral.fair, _key("fair_invited", referral)
    _tell(referral, "fair_invited", key, at, not_before, fair.ends_at, needed_by=fair.starts_at)


def remind(referral: FairReferral, at: datetime) -> None:
    """One for each day the fair was ever set for: put off, it is reminded of again."""
    _tell(referral, "fair_reminder", reminder_key(referral), at, not_after=referral.fair.starts_at)


def tell_changed(referral: FairReferral, at: datetime) -> None:
    """One text and no more: what has not left says how it was. Whose invitation has not left is invited anew."""
    fair, key = referral.fair, _key("fair_changed", referral, f"{referral.fair.changed_at:%Y%m%d%H%M%S}")
    if Message.objects.filter(dedupe_key=key).exists():
        return
    unsent = [text for text in withdraw_messages(about=referral, at=at) if text.template == "fair_invited"]
    template, not_before = ("fair_invited", unsent[0].not_before) if unsent else ("fair_changed", None)
    first = min(fair.starts_at, fair.changed_from or fair.starts_at)
    _tell(referral, template, key, at, not_before, fair.ends_at, needed_by=first)


def call_in(referral: FairReferral, at: datetime) -> None:
    """The fair is under way and they are not here."""
    key = _key("fair_call", referral, f"{referral.fair.called_at:%Y%m%d%H%M%S}")
    _tell(referral, "fair_call", key, at, not_after=referral.fair.ends_at)


def tell_cancelled(referral: FairReferral, at: datetime) -> None:
    """At night only when the fair is so near that somebody might set out before the morning."""
    is_near = referral.fair.starts_at - at < SOON
    _tell(referral, "fair_cancelled_now" if is_near else "fair_cancelled", _key("fair_cancelled", referral), at)


def tell_taken_back(referral: FairReferral, at: datetime) -> None:
    """Only who has been told of the fair is told that they need not go."""
    if _texts_about(referral).exclude(state=Message.State.SUPPRESSED).exists():
        fair, key = referral.fair, _key("fair_taken_back", referral)
        _tell(referral, "fair_taken_back", key, at, not_after=fair.ends_at, needed_by=fair.starts_at)


def invite_again(referral: FairReferral, at: datetime) -> None:
    """Back on the list: whose invitation was taken back before it left has not heard of the fair yet."""
    invited = _texts_about(referral).filter(template="fair_invited").order_by("-pk").first()
    if referral.is_expected and invited and invited.failed_reason == Reason.WITHDRAWN:
        fair, key = referral.fair, _key("fair_invited", referral, f"{at:%Y%m%d%H%M%S}")
        _tell(referral, "fair_invited", key, at, not_after=fair.ends_at, needed_by=fair.starts_at)


def reminder_key(referral: FairReferral) -> str:
    return _key("fair_reminder", referral, f"{local_day(referral.fair.starts_at):%Y%m%d}")


def venue_and_landmark(fair: Fair) -> str:
    """县体育中心，东门: the landmark helps who has never been there."""
    return f"{fair.venue}，{fair.landmark}" if fair.landmark else fair.venue


def for_journal(referral: FairReferral, **more) -> dict:
    return {"fair": referral.fair.title, **more}


def _texts_about(referral: FairReferral) -> MessageQuerySet:
    return Message.objects.about(FairReferral, [referral.pk])


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
    fair = referral.fair
    context = {
        "fair": fair.title,
        "starts_at": fair.starts_at,
        "place": venue_and_landmark(fair),
        "ends_at": fair.ends_at,
        "code": referral.code,
    }
    queue_message(
        worker=referral.worker,
        template=template,
        context=context,
        dedupe_key=key,
        about=referral,
        at=at,
        not_before=not_before,
        not_after=not_after,
        needed_by=needed_by,
    )
