"""What an outcome sheet says before anything is pressed: the next attempt and why, and what each answer does."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from areas.models import Holiday
from areas.working_days import Calendar
from cases import panels, reasons
from cases.choices import OUTCOMES_OF, TWO_WAY_OUTCOMES, Channel, CloseReason, Outcome, Step
from cases.contact.next_attempt import NextAttempt, latest_attempt, next_attempt
from cases.contact.outcomes import Lead, Route, route_of
from cases.contact.unreachable import CALLS, tally
from cases.forms.answers import HOW_IT_GOES
from cases.models import Case, ContactAttempt, WorkItem
from cases.queue import items
from cases.selectors.attempts import attempts_in_vain
from kit.dates import day, near_day
from staff.models import User
from workers.choices import Status


@dataclass(frozen=True)
class Suggestion:
    """What happens after one outcome if the cadre changes nothing. `title` and `why` are words."""

    outcome: str
    label: str
    at: datetime
    is_visit: bool
    title: str
    why: str


@dataclass(frozen=True)
class Effect:
    """What one answer about the worker does: in a word, and what comes next."""

    status: str
    label: str
    strong: str
    words: str


@dataclass(frozen=True)
class TalkSheet:
    """`calls` in vain so far, `calls_missing` until nobody can say it was not tried. `latest` is how long the clock
    lets the next attempt wait."""

    item: WorkItem | None
    latest: datetime
    calls: int
    calls_missing: int
    suggestions: list[Suggestion]
    effects: list[Effect]
    offered: list[str]


def talk_sheet(case: Case, channel: str, now: datetime, user: User) -> TalkSheet:
    """5 queries: the open item, the attempts so far, the clocks, and the holidays twice."""
    attempts, item = attempts_in_vain(case), case.work_items.open().first()
    calls, holidays = tally(attempts).calls, Holiday.objects.as_calendar()
    due_at = item.due_at if item else now
    return TalkSheet(
        item=item,
        latest=latest_attempt(due_at, now, holidays),
        calls=calls,
        calls_missing=max(CALLS - calls, 0),
        suggestions=suggestions(channel, attempts, now, holidays, due_at),
        effects=effects(case, channel, now),
        offered=offered_to_who_goes_back(case, user),
    )


def offered_to_who_goes_back(case: Case, user: User) -> list[str]:
    offer = panels.registry.offer_to(Status.RETURNED_GOING_BACK)
    return offer.lines(case.pk, user) if offer else []


def offer_to(case: Case, user: User) -> panels.Offer | None:
    """The page for somebody who goes back and asked for a seat; None while there is nothing on it."""
    return panels.registry.offer_to(Status.RETURNED_GOING_BACK) if offered_to_who_goes_back(case, user) else None


def suggestions(channel: str, attempts: list[ContactAttempt], now: datetime, holidays: Calendar, due_at: datetime):
    """As the rule will have it once this attempt is entered."""
    outcomes = [o for o in Outcome if o in OUTCOMES_OF[channel] and o not in TWO_WAY_OUTCOMES]
    found = []
    for outcome in outcomes:
        calls = tally([*attempts, ContactAttempt(channel=channel, outcome=outcome, happened_at=now)])
        tried = {"outcome": outcome, "channel": channel, "happened_at": now, "now": now, "calls": calls}
        found.append(suggestion(outcome, next_attempt(**tried, holidays=holidays, due_at=due_at)))
    return found


def suggestion(outcome: Outcome, plan: NextAttempt) -> Suggestion:
    is_visit = plan.channel == Channel.VISIT
    title = _("%(day)s: visit") if is_visit else _("%(day)s: call again")
    return Suggestion(
        outcome=outcome.value,
        label=str(outcome.label),
        at=plan.at,
        is_visit=is_visit,
        title=title % {"day": capfirst(near_day(plan.at))},
        why=reasons.text_of(plan.reason, plan.data),
    )


def effects(case: Case, channel: str, now: datetime) -> list[Effect]:
    outcome = Outcome.SPOKE_TO_WORKER if channel == Channel.CALL else Outcome.VISITED_MET
    due_at = items.clocks_on(now).due_at(Step.REFER, case.service_group, now)
    routes = [
        (status, label, route_of(state=case.state, outcome=outcome, status=status)) for status, label in HOW_IT_GOES
    ]
    return [Effect(status.value, str(label), *words_of(route, case, due_at)) for status, label, route in routes]


def words_of(route: Route, case: Case, due_at: datetime) -> tuple[str, str]:
    """(the effect in a word, what follows from it)"""
    if route.lead is Lead.CLOSE:
        return _("The case ends: %(reason)s.") % {"reason": CloseReason(route.reason).label}, _("It can be reopened.")
    if route.lead is Lead.FALL_THROUGH:
        return _("The job has come to nothing."), _("Next: recommend another job.")
    if route.reason == "going_back":
        return _("Counts as contact now."), _("Next: their way back, by %(day)s.") % {"day": day(due_at)}
    if route.lead is Lead.CONTACT:
        return _("Counts as contact now."), _("Next: recommend a job, by %(day)s.") % {"day": day(due_at)}
    return _("The case stays at “%(state)s”.") % {"state": case.told_state}, _(
        "The talk is written down, the time limit runs on."
    )
