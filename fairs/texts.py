"""What texts and journal lines say of a referral, and the keys that make each text exactly one."""

from datetime import datetime, timedelta

from fairs.models import Fair, FairReferral
from kit.days import local_day
from notifications.choices import Reason
from notifications.models import Message
from notifications.querysets import MessageQuerySet
from notifications.rules.quiet_hours import next_loud_moment
from notifications.services import queue_message, withdraw_messages

SOON = timedelta(hours=24)
ON_THE_WAY = timedelta(hours=4)
"""From the farthest villages people set out this long before a fair begins."""


def tell_invited(referral: FairReferral, at: datetime, *, not_before: datetime | None = None) -> None:
    key, until = _key("fair_invited", referral), referral.fair.ends_at
    _tell(referral, "fair_invited", key, at, not_before=not_before, not_after=until)


def remind(referral: FairReferral, at: datetime) -> None:
    """One for each day the fair was ever set for: put off, it is reminded of again."""
    _tell(referral, "fair_reminder", reminder_key(referral), at, not_after=referral.fair.starts_at)


def tell_changed(referral: FairReferral, at: datetime) -> None:
    """One text and no more: what has not left says how it was. Whose invitation has not left is invited anew."""
    key, until = _key("fair_changed", referral, f"{referral.fair.changed_at:%Y%m%d%H%M%S}"), referral.fair.ends_at
    if Message.objects.filter(dedupe_key=key).exists():
        return
    unsent = [text for text in withdraw_messages(about=referral, at=at) if text.template == "fair_invited"]
    if unsent:
        _tell(referral, "fair_invited", key, at, not_before=unsent[0].not_before, not_after=until)
    else:
        _tell(referral, _word_of_change(referral.fair, at), key, at, not_after=until)


def _word_of_change(fair: Fair, at: datetime) -> str:
    """At night only when somebody might set out before the morning's texts, by the new time or by the old."""
    starts_at = min(filter(None, [fair.starts_at, fair.changed_from]))
    return "fair_changed_now" if starts_at - next_loud_moment(at) < ON_THE_WAY else "fair_changed"


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
        _tell(referral, "fair_taken_back", _key("fair_taken_back", referral), at, not_after=referral.fair.ends_at)


def invite_again(referral: FairReferral, at: datetime) -> None:
    """Back on the list: whose invitation was taken back before it left has not heard of the fair yet."""
    invited = _texts_about(referral).filter(template="fair_invited").order_by("-pk").first()
    if referral.is_expected and invited and invited.failed_reason == Reason.WITHDRAWN:
        key = _key("fair_invited", referral, f"{at:%Y%m%d%H%M%S}")
        _tell(referral, "fair_invited", key, at, not_after=referral.fair.ends_at)


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
    )
