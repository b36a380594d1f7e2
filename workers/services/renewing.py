"""News of thousands of people who are on the register: the rows and lines that `update_worker`, `set_tag` and
`report_status` write one by one, in a few statements. A test brings the same news both ways and compares.

Whoever brings none is known by a look that locks nothing. Who brings some is locked (cases, households, workers, each
in the order of their keys), looked at again and written. For whom another rule has to be asked, an open case or the
household, the answer is ALONE: the services for one person know that rule."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import transaction

from kit.days import local_day
from kit.refusals import Refusal
from kit.sql import any_of
from staff.models import User
from workers.events import news_weighed
from workers.locking import lock_workers
from workers.models import Flag, Worker
from workers.refusals import NotYetHappened, UnderAge
from workers.rules import flag_rules
from workers.rules.ages import WORKING_AGE
from workers.rules.idnumbers import age_on
from workers.services.homes_of_many import housemates, whose_home_follows
from workers.services.registering import check_keeps
from workers.services.renewed_rows import write
from workers.services.reporting import VERIFIES, check_age, in_its_minute
from workers.services.said_on import Comparison, keep_proven, tags_to_set
from workers.services.standing import ALONE, HOME, Alone, News, Register, Renewal, Report, Standing, later, look


@dataclass(frozen=True, slots=True)
class Renewed:
    """`is_news` is False for somebody who stands as the list says, of whom nothing is written. `kept` are facts that
    stand against the list: something newer is known, or the number is proven."""

    worker_id: int
    is_news: bool
    kept: tuple[str, ...] = ()


Answer = Renewed | Refusal | Alone
Look = Callable[[Collection[int]], None]


@transaction.atomic(savepoint=False)  # refusals are answers
def renew_workers(
    renewals: Sequence[Renewal], *, by: User | None, at: datetime, source: str, before: Look | None = None
) -> list[Answer]:
    """An answer for each, in their order. `source` is a list; what is heard on a visit or a call verifies a record.
    `before` looks at people of whom something may be written, under their locks and before it is."""
    if source in VERIFIES:
        raise ValueError("a visit or a call is of one person")
    weigh = _Scales(by, at).weigh_all
    weighed = weigh(renewals, look(renewals, tags_of=[one.worker_id for one in renewals if one.tags]))
    places = [place for place, one in enumerate(weighed) if isinstance(one, News)]
    if places:
        news = [weighed[place] for place in places]
        homes = _lock(news)
        if before:
            before({one.worker_id for one in news})
        under_lock = _taken([renewals[place] for place in places], weigh, homes, by=by, at=at, source=source)
        for place, answer in zip(places, under_lock, strict=True):
            weighed[place] = answer
    return weighed


class _Scales:
    """Says what is new in a renewal, or why it is refused, as the services for one person would."""

    def __init__(self, by: User | None, at: datetime):
        self._at, self._today, self._compare = at, local_day(at), Comparison().weigh
        self._check_keeps = cache(lambda area: check_keeps(by, area))

    def weigh_all(self, renewals: Sequence[Renewal], register: Register) -> list[News | Answer]:
        weighed = [self._weigh(renewal, register) for renewal in renewals]
        keep_proven([(one.worker_id, one.facts) for one in weighed if isinstance(one, News)])
        return [_news_or_none(one) if isinstance(one, News) else one for one in weighed]

    def _weigh(self, renewal: Renewal, register: Register) -> News | Refusal:
        standing = register.people[renewal.worker_id]
        try:
            self._check_keeps(standing.area_id)
            facts = self._compare(renewal.changes, standing, renewal.said_on)
            if age_on(standing.birth_date, self._today) < WORKING_AGE:
                raise UnderAge
            said = self._said(renewal.report, standing, register)
        except Refusal as refusal:
            return refusal
        return News(standing, facts, tags_to_set(renewal, register) if renewal.tags else [], said, renewal.said_on)

    def _said(self, report: dict | None, standing: Standing, register: Register) -> dict | None:
        if report is None or report["once"] in register.said:
            return None
        if report["happened_at"] > self._at:
            raise NotYetHappened
        check_age(report["status"], age_on(standing.birth_date, self._today))
        return report


def _news_or_none(weighed: News) -> News | Renewed:
    facts = weighed.facts
    if facts.changed or facts.noted or weighed.tags or weighed.said:
        return weighed
    return Renewed(weighed.worker_id, is_news=False, kept=tuple(facts.kept))


def _lock(news: Sequence[News]) -> set[int]:
    """With the households of those whose status seems to change, or who come into another, which are returned."""
    homes: set[int] = set()
    for one in news:
        if HOME & one.facts.changed.keys() or (one.said and one.said["status"] != one.standing.status):
            homes |= one.homes
    lock_workers(sorted({one.worker_id for one in news}), homes=sorted(homes))
    return homes


def _taken(
    renewals: Sequence[Renewal], weigh: Callable, homes: set[int], *, by: User | None, at: datetime, source: str
) -> list[Answer]:
    """Looked at again, now that nobody changes them. `homes` are locked too."""
    register = look(renewals, tags_of=[one.worker_id for one in renewals])
    answers = weigh(renewals, register)
    news = _one_each(answers)
    _report(news, source)
    _flag(news, register, source)
    alone = {one.worker_id for one in news if "area" in one.facts.changed} | whose_home_follows(news, homes)
    news_weighed.send(sender=Worker, news=news, alone=alone, at=at)
    alone |= housemates(news, alone)
    taken = [one for one in news if one.worker_id not in alone]
    write(taken, register, held=[one.worker_id for one in news], by=by, at=at, source=source)
    written = set(map(id, taken))
    return [_answer(answer, id(answer) in written) for answer in answers]


def _one_each(answers: Iterable[News | Answer]) -> list[News]:
    """Of two rows about one person the second has to be weighed against what the first has written."""
    first: dict[int, News] = {}
    for answer in answers:
        if isinstance(answer, News):
            first.setdefault(answer.worker_id, answer)
    return list(first.values())


def _answer(weighed: News | Answer, is_written: bool) -> Answer:
    if not isinstance(weighed, News):
        return weighed
    return Renewed(weighed.worker_id, is_news=True, kept=tuple(weighed.facts.kept)) if is_written else ALONE


def _report(news: Iterable[News], source: str) -> None:
    """The reports to be, in their place among those that are there."""
    saying = [one for one in news if one.said]
    known = later([(one.worker_id, one.said["happened_at"]) for one in saying]) if saying else {}
    for one in saying:
        later_ones = known[one.worker_id]
        said = dict(one.said)
        destination = said.pop("destination", None)
        one.report = Report(**said, source=source, destination_id=destination and destination.pk)
        one.report.happened_at = in_its_minute(one.report.happened_at, later_ones.of_minute)
        one.is_newest = not later_ones.than(one.report.happened_at)


def _flag(news: Iterable[News], register: Register, source: str) -> None:
    """Flags that are not raised already."""
    for one in news:
        if one.is_newest:
            tags = [*register.tags.get(one.worker_id, ()), *one.tags]
            before = one.standing.status
            one.flags = flag_rules.rules_met(previous=before, status=one.status, source=source, tags=tags)
    flagged = [one for one in news if one.flags]
    if flagged:
        raised = Flag.objects.open().filter(any_of("worker_id", [one.worker_id for one in flagged]))
        standing = set(raised.values_list("worker_id", "rule"))
        for one in flagged:
            one.flags = [flag for flag in one.flags if (one.worker_id, flag.rule) not in standing]
