"""The texts of this app. No tag, no ID number, no employer: anybody in the family may pick up the phone."""

from django.utils.translation import gettext_lazy as _

from fairs.choices import TAKES_REFERRALS
from fairs.models import FairReferral
from notifications.receiving import questions
from notifications.templates import register


def is_awaited(referral_id: int) -> bool:
    """Nobody is asked to a fair that is over, nor when they are there already."""
    return FairReferral.objects.expected().filter(pk=referral_id, fair__state__in=TAKES_REFERRALS).exists()


ASKS_WHETHER_THEY_COME = ("fair_invited", "fair_reminder", "fair_changed")

register(
    "fair_invited",
    title=_("Invitation to a fair"),
    zh="{name}您好，请于{starts_at}参加{fair}，地点{place}，签到码{code}。免费，请带身份证。能来请回复1，不能来回复2。",
    en="{name}, please come to the job fair {fair} on {starts_at}, {place}. Door code {code}. Free; "
    "bring your ID card. Reply 1 if you come, 2 if you cannot.",
    stands=is_awaited,
)
register(
    "fair_invited_late",
    title=_("Invitation while the fair is under way"),
    zh="{name}您好，{fair}正在进行，到{ends_at}结束，请过来看看。地点{place}，签到码{code}。免费，请带身份证。",
    en="{name}, the job fair {fair} is under way until {ends_at}: please come. {place}, door code {code}. Free; "
    "bring your ID card.",
    stands=is_awaited,
)
register(
    "fair_reminder",
    title=_("Reminder of a fair"),
    zh="{name}您好，{fair}于{starts_at}开始，地点{place}，签到码{code}。请带身份证。能来请回复1，不能来回复2。",
    en="{name}, a reminder: the job fair {fair} starts on {starts_at}, {place}. Door code {code}. Bring your ID card. "
    "Reply 1 if you come, 2 if you cannot.",
    bulk=True,
    stands=is_awaited,
)
register(
    "fair_changed",
    title=_("Fair changed"),
    zh="{name}您好，{fair}有变：改为{starts_at}开始，地点{place}，签到码仍是{code}。能来请回复1，不能来回复2。",
    en="{name}, the job fair {fair} has changed: it now starts on {starts_at}, {place}. "
    "Your door code is still {code}. Reply 1 if you come, 2 if you cannot.",
    bulk=True,
    stands=is_awaited,
)
register(
    "fair_call",
    title=_("The fair is under way"),
    zh="{name}您好，{fair}正在进行，到{ends_at}结束，用人单位等您来谈。地点{place}，签到码{code}。",
    en="{name}, the job fair {fair} is under way until {ends_at}; employers wait to meet you. "
    "{place}, door code {code}.",
    bulk=True,
    stands=is_awaited,
)

register(
    "fair_taken_back",
    title=_("Invitation taken back"),
    zh="{name}您好，很抱歉，之前通知您参加的{fair}（{starts_at}）请不用去。工作人员会再联系您，推荐别的岗位。",
    en="{name}, sorry: you need not go to the job fair {fair} on {starts_at} after all. We will call about other jobs.",
    bulk=True,
)

CANCELLED = {
    "title": _("Fair cancelled"),
    "zh": "{name}您好，很抱歉，{starts_at}的{fair}取消了，请不要前往。工作人员会再联系您，推荐别的岗位。",
    "en": "{name}, sorry: the job fair {fair} on {starts_at} is cancelled. "
    "Please do not go; we will call about other jobs.",
}
register("fair_cancelled", bulk=True, **CANCELLED)
register("fair_cancelled_now", urgent=True, **CANCELLED)


def still_asked(referral_ids: list[int]) -> set[int]:
    return set(FairReferral.objects.expected().filter(pk__in=referral_ids).values_list("pk", flat=True))


questions.register(ASKS_WHETHER_THEY_COME, still_asked)
