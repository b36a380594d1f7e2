"""Why a case is on somebody's list, in one plain sentence. A work item keeps the word and its data, not the text,
so that each reader gets it in their own language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kit import dates
from workers.rules import flag_rules

Words = str | Promise | Callable[[dict], str]

_words: dict[str, Words] = {}


@dataclass(frozen=True)
class StepWords:
    """Said in place of the step, where the reason has overtaken it: who has a seat needs none. All "" where it has not.

    `title` heads the card and the list, `action` stands on the button of Today, `rests` says when there is something to
    do again.
    """

    title: str | Promise = ""
    action: str | Promise = ""
    rests: str | Promise = ""


_steps: dict[str, StepWords] = {}
NOTHING_SAID = StepWords()


def register(words: Mapping[str, Words]) -> None:
    """Sentences by reason; `{name}` in one is filled from the item's data. A callable gets the data instead.

    Names ending in `_on` and `_at` hold ISO dates and datetimes and are spoken in local form.
    """
    _words.update(words)


def register_steps(words: Mapping[str, StepWords]) -> None:
    """By reason."""
    _steps.update(words)


def step_words(reason: str) -> StepWords:
    return _steps.get(reason, NOTHING_SAID)


def text_of(reason: str, data: dict) -> str:
    """The sentence in the current language. An unknown reason is shown as it is: it is somebody's own words."""
    words = _words.get(reason, reason)
    if callable(words) and not isinstance(words, Promise):
        return str(words(data))
    return str(words).format_map(_Blank({name: _spoken(name, value) for name, value in data.items()}))


def tried(reason: str, data: dict) -> str:
    """What a cadre has tried, of an item that comes back because of it; "" for every other reason."""
    words = TRIED.get(reason, "")
    return str(words(data)) if callable(words) and not isinstance(words, Promise) else str(words)


def _spoken(name: str, value) -> str:
    if name.endswith("_on") and isinstance(value, str) and (day := parse_date(value)):
        return dates.day(day)
    if name.endswith("_at") and isinstance(value, str) and (moment := parse_datetime(value)):
        return dates.moment(localtime(moment))
    return str(value)


def _of_flag(data: dict) -> str:
    """In the register's own words, with the facts that raised it."""
    return flag_rules.reason(data["rule"], data["facts"])


def _calls(data: dict) -> str:
    calls = data.get("calls", 1)
    return ngettext("Called once", "Called %(n)d times", calls) % {"n": calls}


def _visit_needed(data: dict) -> str:
    calls = data.get("calls", 1)
    words = ngettext(
        "Called once without an answer, please visit", "Called %(n)d times without an answer, please visit", calls
    )
    return words % {"n": calls}


def _follow_up_day(data: dict) -> str:
    days = data.get("day_no", 0)
    return ngettext("At work for %(n)d day, please follow up", "At work for %(n)d days, please follow up", days) % {
        "n": days
    }


def _whose_answer(data: dict) -> str:
    if not data.get("digit"):
        return _whose_words(data)
    if data.get("others"):
        return _("Answered “%(digit)s” by text on a phone shared with %(others)s: please ask who answered") % data
    return _("Answered “%(digit)s” by text on a phone that others were asked on too: please ask who answered") % data


def _whose_words(data: dict) -> str:
    if data.get("others"):
        return _("Wrote back on a phone shared with %(others)s: please read it and ask who wrote") % data
    return _("Wrote back on a phone that others were texted on too: please read it and ask who wrote")


def _answered_otherwise(data: dict) -> str:
    if data.get("digit"):
        return _("Answered “%(digit)s” by text, neither yes nor no: please ask") % data
    return _("Answered a text in words: please read it and ask")


TRIED: Mapping[str, Words] = {
    "call_again": _calls,
    "visit_needed": _calls,
    "ask_for_number": _("Wrong number"),
    "visit_again": _("Nobody in"),
    "try_another_way": _("Did not want to talk"),
    "relative_spoken_to": _("Spoke to a relative"),
    "not_reached": _("Not reached"),
    "result_not_known": _("Spoke, no result yet"),
}


class _Blank(dict):
    def __missing__(self, key: str) -> str:
        return "…"


register(
    {
        "flag": _of_flag,
        "flagged": _("Out of work, please get in touch"),
        "reopened": _("Out of work again, please get in touch"),
        "taken_up_again": _("Taken up again, please get in touch"),
        "result_not_known": _("Spoke, no result yet: please ask again"),
        "call_again": _("Not reached yet, please call again"),
        "visit_needed": _visit_needed,
        "ask_for_number": _("Wrong number: ask for a new one or visit"),
        "new_number": _("There is a new number, please call"),
        "visit_again": _("Nobody in, please visit again"),
        "try_another_way": _("Did not want to talk, please try another way"),
        "relative_spoken_to": _("Spoke to a relative, please reach the worker"),
        "willing": _("Wants to work, please recommend a job"),
        "going_back": _("Going back to work, ask whether a seat is needed"),
        "going_back_by_seat": _("Going back to work and needs a seat: confirm the job, then book"),
        "going_back_alone": _("Going back by their own means, please confirm the job"),
        "not_matched": _("No match, please recommend another job"),
        "fell_through": _("The job came to nothing, please recommend another"),
        "left_job": _("Left the job, please recommend another"),
        "undone": _("An entry was undone, please look again"),
        "referral_waiting": _("Recommended, please ask for the result"),
        "seat_needed": _("Starts work on {start_on}, please arrange travel"),
        "follow_up_day": _follow_up_day,
        "wage_trouble": _("Trouble with wages, please ask again"),
        "not_reached": _("Not reached for the follow-up, please try again"),
        "asked_again": _("The day to ask again has come"),
        "whose_answer": _whose_answer,
        "answered_otherwise": _answered_otherwise,
        "moved_here": _("Moved here from another area, please get in touch"),
    }
)
