"""Which open posts fit a worker, each with its reasons in words. A filter and a plain order, no score anyone has to
believe: the law, the limits and the openings decide what is on the list, the worker's wishes decide what is on top.
A cadre chooses.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Q, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from areas import ranges
from areas.destinations import resolve_destination
from areas.gazetteer import places
from areas.ranges import Level
from areas.selectors import full_name
from jobs.models import Vacancy
from kit.templatetags.wayfare import thousands
from workers.choices import spoken_place
from workers.models import Worker
from workers.rules.ages import WORKING_AGE

AT_HOME = ("附近", "就近", "本地", "本县", "家门口", "县内")
# by their first words, so that 浙江省外贸公司 stays in Zhejiang
OUTSIDE = {("省外", "外省", "跨省", "出省", "贵州省外"): Level.PROVINCE, ("县外", "外县"): Level.COUNTY}
INSIDE = {("省内", "本省"): Level.PROVINCE, ("市内", "本市"): Level.PREFECTURE}


@dataclass(frozen=True)
class Wished:
    """Where somebody wants to work: in an area, or anywhere outside it."""

    area: ranges.Range
    is_outside: bool = False

    @property
    def condition(self) -> Q:
        is_in = Q(area_id__gte=self.area[0], area_id__lt=self.area[1])
        return ~is_in if self.is_outside else is_in

    def holds(self, code: int) -> bool:
        return (self.area[0] <= code < self.area[1]) != self.is_outside


@dataclass(frozen=True)
class Match:
    """`reasons` are what fits the wishes; `misses` what does not, and is no obstacle."""

    vacancy: Vacancy
    place: str
    reasons: tuple[str, ...]
    misses: tuple[str, ...]


def matches_for(
    worker: Worker, today: date, *, text: str = "", only: Collection[int] | None = None, limit: int = 20
) -> list[Match]:
    """Best first: most wishes met, then the higher wage. `only` names posts by key.

    One query: it sorts bare keys, and only those shown are read with their employer and place.
    """
    age = worker.age(today)
    if age < WORKING_AGE:
        return []
    vacancies = Vacancy.objects.open(today).with_openings().for_age(age)
    if only is not None:
        vacancies = vacancies.filter(pk__in=only)
    if text:
        vacancies = vacancies.titled_like(text)
    wished = wished_place(worker)
    best_first = (*_by_wishes(worker, wished), "-wage_high", "pk")
    best = Vacancy.objects.filter(pk__in=vacancies.order_by(*best_first).values("pk")[:limit])
    return [_match(worker, vacancy, wished) for vacancy in best.for_page().order_by(*best_first)]


def wished_place(worker: Worker) -> Wished | None:
    """Where the worker wants to work, when the words say it: 浙江, 永康, outside the province, or simply near home."""
    wish = worker.wish_place.strip()
    if any(word in wish for word in AT_HOME):
        return Wished(_home(worker, Level.COUNTY))
    for is_outside, words_of in ((True, OUTSIDE), (False, INSIDE)):
        for words, level in words_of.items():
            if wish.startswith(words):
                return Wished(_home(worker, level), is_outside)
    code = resolve_destination(wish) if wish else None
    return Wished(ranges.range_of(code, places()[code].level)) if code else None


def is_near(worker: Worker, vacancy: Vacancy) -> bool:
    """In the worker's own county: no seat has to be found."""
    county = Level.COUNTY
    return ranges.code_at(worker.area_id, county) == ranges.code_at(vacancy.area_id, county)


def _home(worker: Worker, level: Level) -> ranges.Range:
    return ranges.range_of(ranges.code_at(worker.area_id, level), level)


def _by_wishes(worker: Worker, wished: Wished | None) -> list:
    """Most wishes met, then fewest missed: in the database as `_match` says it in words."""
    met, missed = [Q(board=True, lodging=True)], []
    if wished:
        met, missed = [*met, wished.condition], [*missed, ~wished.condition]
    if worker.wish_wage:
        pays = Q(wage_high__gte=worker.wish_wage)
        met, missed = [*met, pays], [*missed, ~pays]
    if kind := worker.wish_kind.strip():
        met.append(Q(title__contains=kind))
    return [_how_many(met).desc(), _how_many(missed)]


def _how_many(conditions: list[Q]) -> Combinable:
    return sum((Case(When(condition, then=1), default=0) for condition in conditions), Value(0))


def _match(worker: Worker, vacancy: Vacancy, wished: Wished | None) -> Match:
    place = full_name(vacancy.area_id)
    met, missed = [], []
    if wished:
        is_there = wished.holds(vacancy.area_id)
        (met if is_there else missed).append(_where(worker, is_there))
    if worker.wish_wage:
        pays = vacancy.wage_high >= worker.wish_wage
        (met if pays else missed).append(_pay(worker, pays))
    if worker.wish_kind and worker.wish_kind.strip() in vacancy.title:
        met.append(_("The kind of work wished: %(kind)s") % {"kind": worker.wish_kind})
    if vacancy.board and vacancy.lodging:
        met.append(_("Meals and lodging"))
    return Match(vacancy, place, tuple(met), tuple(missed))


def _where(worker: Worker, is_there: bool) -> str:
    wish = {"place": spoken_place(worker.wish_place)}
    return _("Where wished: %(place)s") % wish if is_there else _("Not where wished: %(place)s") % wish


def _pay(worker: Worker, pays: bool) -> str:
    wish = {"wage": thousands(worker.wish_wage)}
    return _("Pays the %(wage)s wished") % wish if pays else _("Below the %(wage)s wished") % wish
