"""Cases as the services make them: state, open work item and journal always agree.

CaseFactory(worker=worker, contacted=True, owner=cadre)
"""

from datetime import UTC, datetime, timedelta

import factory

from cases import services
from cases.models import Case
from tests.workers.factories import FlagFactory, WorkerFactory

NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai, a Thursday
TODAY = NOON.date()


class CaseFactory(factory.Factory):
    """Traits: contacted, referred, placed (needs a seat), nearby (placed, no seat), transported, settled, closed.

    `worker`, `owner` (a user, or None for nobody), `at` (when it was opened; every later step an hour after the one
    before), `start_on` (first day at work, the day after opening unless said).
    """

    class Meta:
        model = Case

    class Params:
        contacted = factory.Trait(story=("contact",))
        referred = factory.Trait(story=("contact", "refer"))
        placed = factory.Trait(story=("contact", "place"))
        nearby = factory.Trait(story=("contact", "place_nearby"))
        transported = factory.Trait(story=("contact", "place", "transport"))
        settled = factory.Trait(story=("contact", "place_nearby", "settle"))
        closed = factory.Trait(story=("close",))

    worker = factory.SubFactory(WorkerFactory, unemployed=True)
    owner = None
    at = NOON
    start_on = factory.LazyAttribute(lambda o: (o.at + timedelta(days=1)).date())
    story = ()

    @classmethod
    def _create(cls, model_class, *args, worker, owner, at, start_on, story):
        flag = FlagFactory(worker=worker, raised_at=at)
        case = services.open_case(worker=worker, flag=flag, by=None, at=at)
        if case.owner_id != (owner and owner.pk):
            case = services.assign(case=case, owner=owner, by=None, at=at)
        for hours, chapter in enumerate(story, start=1):
            case = _CHAPTERS[chapter](case, start_on, at + timedelta(hours=hours))
        return case


def _contact(case, start_on, at):
    reach(case, at=at)
    return Case.objects.get(pk=case.pk)


def reach(case, *, at, by=None, **entered):
    """A call that reaches the worker."""
    return services.record_contact(
        **{"case": case, "channel": "call", "outcome": "spoke_to_worker", "happened_at": at, "by": by, "at": at}
        | entered
    )


def miss(case, *, at, by=None, **entered):
    """A call that nobody answers."""
    return reach(case, at=at, by=by, **{"outcome": "no_answer"} | entered)


def _settle(case, start_on, at):
    for follow_up in case.follow_ups.in_order():
        day = at + timedelta(days=follow_up.day_no + 1)
        services.record_follow_up(follow_up=follow_up, result="still_working", by=None, at=day)
    return Case.objects.get(pk=case.pk)


_CHAPTERS = {
    "contact": _contact,
    "refer": lambda case, start_on, at: services.mark_referred(case=case, by=None, at=at, until=at + timedelta(days=3)),
    "place": lambda case, start_on, at: services.mark_placed(
        case=case, start_on=start_on, needs_transport=True, by=None, at=at
    ),
    "place_nearby": lambda case, start_on, at: services.mark_placed(
        case=case, start_on=start_on, needs_transport=False, by=None, at=at
    ),
    "transport": lambda case, start_on, at: services.mark_transported(case=case, by=None, at=at),
    "settle": _settle,
    "close": lambda case, start_on, at: services.close_case(case=case, reason="moved", by=None, at=at),
}
