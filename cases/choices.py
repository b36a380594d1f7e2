"""The fixed words of a case: states, steps, outcomes, reasons. The stored strings never change."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy


class State(TextChoices):
    FLAGGED = "flagged", pgettext_lazy("case state", "Flagged")
    CONTACTED = "contacted", pgettext_lazy("case state", "Contacted")
    REFERRED = "referred", pgettext_lazy("case state", "Referred")
    PLACED = "placed", pgettext_lazy("case state", "Placed")
    TRANSPORTED = "transported", pgettext_lazy("case state", "Travelled")
    SETTLED = "settled", pgettext_lazy("case state", "Settled")
    CLOSED = "closed", pgettext_lazy("case state", "Closed")


OPEN_STATES = (State.FLAGGED, State.CONTACTED, State.REFERRED, State.PLACED, State.TRANSPORTED)
ENDED_STATES = (State.SETTLED, State.CLOSED)
AT_WORK_STATES = (State.PLACED, State.TRANSPORTED, State.SETTLED)


class Step(TextChoices):
    """What a cadre has to do next. One open work item a case, and its step follows from the state."""

    CONTACT = "contact", pgettext_lazy("step", "Contact")
    REFER = "refer", pgettext_lazy("step", "Recommend a job")
    RESULT = "result", pgettext_lazy("step", "Ask for the result")
    TRAVEL = "travel", pgettext_lazy("step", "Arrange travel")
    FOLLOW_UP = "follow_up", pgettext_lazy("step", "Follow up")


class ItemState(TextChoices):
    OPEN = "open", pgettext_lazy("work item", "To do")
    DONE = "done", pgettext_lazy("work item", "Done")
    SUPERSEDED = "superseded", pgettext_lazy("work item", "Overtaken by events")
    UNDONE = "undone", pgettext_lazy("work item", "Undone")


ANSWERS = frozenset({"whose_answer", "answered_otherwise"})
"""Reasons of an open item: a text came in that somebody has to read and ask about."""


class Cause(TextChoices):
    """Why a case moved from one state to another."""

    OPENED = "opened", pgettext_lazy("cause of a move", "Flagged")
    TALK = "talk", pgettext_lazy("cause of a move", "Talk with the worker")
    REFERRAL = "referral", pgettext_lazy("cause of a move", "Recommended for a job")
    NO_MATCH = "no_match", pgettext_lazy("cause of a move", "No match")
    PLACEMENT = "placement", pgettext_lazy("cause of a move", "Placement")
    BOARDING = "boarding", pgettext_lazy("cause of a move", "Boarding")
    FOLLOW_UP = "follow_up", pgettext_lazy("cause of a move", "Follow-up")
    JOB_ENDED = "job_ended", pgettext_lazy("cause of a move", "The job has ended")
    NEWS = "news", pgettext_lazy("cause of a move", "News from elsewhere")
    CLOSED = "closed", pgettext_lazy("cause of a move", "Closed by a cadre")
    REOPENED = "reopened", pgettext_lazy("cause of a move", "Reopened")
    UNDONE = "undone", pgettext_lazy("cause of a move", "Entry taken back")
    CARRIED_OVER = "carried_over", pgettext_lazy("cause of a move", "Not told: the journal is silent")


class ServiceGroup(TextChoices):
    KEY_PLUS = "key_plus", _("Zero-employment household or monitored")
    KEY = "key", _("Other key groups")
    GENERAL = "general", pgettext_lazy("service group", "General")


class Priority(IntegerChoices):
    KEY_PLUS = 0, _("Zero-employment household or monitored")
    KEY = 1, _("Other key groups")
    GENERAL = 2, pgettext_lazy("service group", "General")


class Escalation(IntegerChoices):
    VILLAGE = 0, pgettext_lazy("escalation", "With the cadre")
    TOWNSHIP = 1, pgettext_lazy("escalation", "With the township")
    COUNTY = 2, pgettext_lazy("escalation", "With the county")


class Channel(TextChoices):
    CALL = "call", pgettext_lazy("channel", "Call")
    VISIT = "visit", pgettext_lazy("channel", "Visit")


class Outcome(TextChoices):
    NO_ANSWER = "no_answer", _("No answer")
    SWITCHED_OFF = "switched_off", _("Switched off or suspended")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    REFUSED = "refused", _("Did not want to talk")
    SPOKE_TO_RELATIVE = "spoke_to_relative", _("Spoke to a relative")
    SPOKE_TO_WORKER = "spoke_to_worker", _("Spoke to the worker")
    VISITED_ABSENT = "visited_absent", _("Visited, nobody in")
    VISITED_MET = "visited_met", _("Visited and met")


TWO_WAY_OUTCOMES = frozenset({Outcome.SPOKE_TO_WORKER, Outcome.VISITED_MET})
OUTCOMES_OF = {
    Channel.CALL: frozenset(Outcome) - {Outcome.VISITED_ABSENT, Outcome.VISITED_MET},
    Channel.VISIT: frozenset({Outcome.VISITED_ABSENT, Outcome.VISITED_MET, Outcome.SPOKE_TO_RELATIVE, Outcome.REFUSED}),
}


# as one tells it: the way of contact and what came of it in one phrase
# of whom somebody may learn the number at which the worker is reached
TELLS_A_NUMBER = frozenset({*TWO_WAY_OUTCOMES, Outcome.SPOKE_TO_RELATIVE, Outcome.WRONG_NUMBER})

TOLD = {
    (Channel.CALL, Outcome.SPOKE_TO_WORKER): _("Spoke to the worker on the phone"),
    (Channel.CALL, Outcome.SPOKE_TO_RELATIVE): _("Spoke to a relative on the phone"),
    (Channel.CALL, Outcome.NO_ANSWER): _("Called, no answer"),
    (Channel.CALL, Outcome.SWITCHED_OFF): _("Called, switched off or suspended"),
    (Channel.CALL, Outcome.WRONG_NUMBER): _("Called, wrong number"),
    (Channel.CALL, Outcome.REFUSED): _("Called, did not want to talk"),
    (Channel.VISIT, Outcome.VISITED_MET): _("Visited and met"),
    (Channel.VISIT, Outcome.VISITED_ABSENT): _("Visited, nobody in"),
    (Channel.VISIT, Outcome.SPOKE_TO_RELATIVE): _("Visited, spoke to a relative"),
    (Channel.VISIT, Outcome.REFUSED): _("Visited, did not want to talk"),
}


def told(channel: str, outcome: str) -> str:
    return str(TOLD.get((channel, outcome), outcome))


class CloseReason(TextChoices):
    SELF_FOUND = "self_found", _("Found work themselves")
    NOT_WILLING = "not_willing", _("Not willing to work")
    UNABLE = "unable", _("Unable to work")
    STUDYING = "studying", _("Studying")
    ARMY = "army", _("In the army")
    MOVED = "moved", _("Moved away")
    DECEASED = "deceased", _("Deceased")
    DUPLICATE = "duplicate", _("Same person twice")
    WRONG_PERSON = "wrong_person", _("Wrong person")
    UNDER_16 = "under_16", _("Under 16")
    OVER_AGE = "over_age", _("Over age")
    UNREACHABLE = "unreachable", _("Unreachable")
    WITHDREW_CONSENT = "withdrew_consent", _("Withdrew consent")


class FollowUpResult(TextChoices):
    STILL_WORKING = "still_working", _("Still working")
    LEFT = "left", _("Left the job")
    WAGE_TROUBLE = "wage_trouble", _("Trouble with wages")
    NOT_REACHED = "not_reached", _("Not reached")


class ToldBy(TextChoices):
    """Who said how it is at work, or that the cadre saw it."""

    WORKER = "worker", pgettext_lazy("who said so", "The worker")
    FAMILY = "family", pgettext_lazy("who said so", "The family")
    EMPLOYER = "employer", pgettext_lazy("who said so", "The employer")
    ON_THE_SPOT = "on_the_spot", pgettext_lazy("who said so", "Seen on the spot")


class Clock(TextChoices):
    """The rows of the table of clocks. The order is the order of the work."""

    FLAG_SEEN = "flag_seen", _("Flag seen and assigned")
    FIRST_CONTACT = "first_contact", _("First contact")
    PLAN = "plan", _("Assessment and plan")
    PACKAGE_1311 = "package_1311", _("“1311” package done")
    CONTACT_WHILE_OPEN = "contact_while_open", _("Contact while open")
    REFERRAL_RESULT = "referral_result", _("Result of a referral")
    FOLLOW_UP = "follow_up", _("Follow-up after placement")


class Unit(TextChoices):
    DAYS = "days", _("days")
    WORKING_DAYS = "working_days", _("working days")

    def count(self, amount: int) -> str:
        """In words, e.g. "1 day" or "3 working days"."""
        if self == Unit.DAYS:
            return ngettext("%(n)d day", "%(n)d days", amount) % {"n": amount}
        return ngettext("%(n)d working day", "%(n)d working days", amount) % {"n": amount}


# what the list of cases is narrowed by, besides states, groups and people
ANY, AT_WORK, ENDED = "any", "at_work", "ended"
LATE, DUE_TODAY, ESCALATED = "late", "today", "escalated"
NOBODY = "none"
