"""How the timeline reads the lines of this app."""

from collections.abc import Mapping

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from areas.selectors import full_name
from cases import reasons
from cases.choices import CloseReason, Escalation, FollowUpResult, Step, ToldBy, told
from workers.choices import Rule, Status
from workers.journal.words import Part, day, label, moment, register

WHO_SAID_SO = {
    ToldBy.WORKER: _("said by the worker"),
    ToldBy.FAMILY: _("said by the family"),
    ToldBy.EMPLOYER: _("said by the employer"),
    ToldBy.ON_THE_SPOT: _("seen on the spot"),
}


def level(number: int) -> str:
    return str(Escalation(number).label)


def when_ended(days: int) -> str:
    """How long after the end."""
    if not days:
        return gettext("the day it ended")
    return ngettext("%(n)d day after it ended", "%(n)d days after it ended", days) % {"n": days}


def whose(owner: str | None) -> str:
    if not owner:
        return gettext("Back to the township, nobody is responsible yet")
    return gettext("Responsible: %(owner)s") % {"owner": owner}


def heard(result: str, told_by: str) -> str:
    """What was answered, and who said so where that was asked."""
    answer = label(FollowUpResult)(result)
    if told_by not in WHO_SAID_SO:
        return str(answer)
    return gettext("%(answer)s, %(who)s") % {"answer": answer, "who": WHO_SAID_SO[told_by]}


def no_match(why: str, data: Mapping) -> str:
    """Why the case is back to looking for a job: an employer said no, or there was no fair to go to."""
    if why == "not_matched":
        return gettext("No match: back to looking for a job")
    return reasons.text_of(why, dict(data))


register(
    {
        "case_opened": ("flag", _("Case opened.")),
        "case_flagged_again": ("flag", _("Flagged again while the case is open: {rule}.")),
        "case_reopened": ("refresh", _("Taken up again {when_ended}.")),
        "contact_attempted": ("phone-x", _("{talk}.")),
        "worker_spoken_to": ("phone", _("{talk}.")),
        "case_contacted": ("phone-check", _("{talk}: the first contact.")),
        "case_met_undone": ("arrow-back-up", _("Not met after all: registered at {fair} by mistake.")),
        "case_met": ("phone-check", _("First talk with the worker, met at {fair}.")),
        "contact_undone": ("arrow-back-up", _("Taken back the same day: {talk}.")),
        "case_referred": ("users", _("Recommended for a job, the result is awaited.")),
        "referral_undone": ("arrow-back-up", _("Recommendation taken back.")),
        "referral_called_off": ("arrow-back-up", _("{no_match}.")),
        "placement_undone": ("arrow-back-up", _("Placement taken back the same day.")),
        "case_not_matched": ("x", _("{no_match}.")),
        "no_match_undone": ("arrow-back-up", _("No match taken back: the answer is awaited again.")),
        "case_placed": ("briefcase", _("Placed, first day at work {start_on}.")),
        "case_travelling_alone": ("walk", _("Travels by their own means.")),
        "case_travelling_undone": ("arrow-back-up", _("Taken back the same day: travels by their own means.")),
        "case_transported": ("bus", _("On the way to work.")),
        "case_transport_undone": ("arrow-back-up", _("Ticked aboard by mistake: not on the way.")),
        "case_fell_through": ("x", _("The job has ended: back to looking for another.")),
        "follow_up_tried": ("phone-x", _("Follow-up of day {day_no}: {heard}.")),
        "follow_up_recorded": ("phone-check", _("Follow-up of day {day_no}: {heard}.")),
        "follow_up_undone": ("arrow-back-up", _("Taken back the same day: follow-up of day {day_no}, {result}.")),
        "case_settled": ("circle-check", _("Settled in the job.")),
        "case_closed": ("archive", _("Closed: {reason}.")),
        "case_closed_after_talk": ("phone-check", _("{talk}. Closed: {reason}.")),
        "case_assigned": ("user-check", _("{whose}.")),
        "case_changed_area": ("map-pin", _("Moved to {area}. {whose}.")),
        "case_escalated": ("arrow-up", _("Not done in time: {level}.")),
    },
    values={
        "rule": label(Rule),
        "status": label(Status),
        "result": label(FollowUpResult),
        "step": label(Step),
        "reason": label(CloseReason),
        "start_on": day,
        "reask_on": day,
        "next_at": moment,
        "area": full_name,
        "level": level,
    },
    parts={
        **dict.fromkeys(("case_contacted", "worker_spoken_to", "case_closed_after_talk"), Part.TALK),
        **dict.fromkeys(("contact_attempted", "follow_up_recorded", "follow_up_tried"), Part.DEED),
        **dict.fromkeys(("contact_undone", "follow_up_undone"), Part.DEED),
    },
    derived={
        "talk": lambda data: told(data.get("channel"), data.get("outcome")),
        "whose": lambda data: whose(data.get("owner")),
        "no_match": lambda data: no_match(data.get("why", "not_matched"), data),
        "heard": lambda data: heard(data.get("result", ""), data.get("told_by", "")),
        "when_ended": lambda data: when_ended(data.get("days", 0)),
    },
)
