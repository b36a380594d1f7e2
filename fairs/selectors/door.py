"""Who may be standing at the door: people on the list, and people of the register whom nobody had sent."""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Exists, F, OuterRef, When

from areas.ranges import Range, in_ranges
from cases.choices import State
from cases.models import Case as WorkersCase
from cases.policies import can_work_on
from fairs.models import Fair
from fairs.selectors.people import ReferredPerson, home_of, person_of
from kit.pages import cut
from staff.models import User
from staff.roles import FAIR_RUNNERS
from workers.choices import Status
from workers.models import Worker

MOST = 8
CODE = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class Stranger:
    """Somebody on the register and not on the list. `state` is their case's, in words, when it is not the usual one."""

    case_id: int
    name: str
    sex: str
    age: int
    place: str
    state: str


@dataclass(frozen=True)
class Newcomer:
    """Somebody on the register who never had a case. `status` is what is known of them, in words."""

    worker_id: int
    name: str
    sex: str
    age: int
    place: str
    status: str


@dataclass(frozen=True)
class EndedPerson:
    """Somebody whose case has ended; `owner` reopens it, or the reader where they `may_reopen`."""

    who: Stranger
    owner: User | None
    may_reopen: bool


def listed_people(fair: Fair, text: str, ranges: tuple[Range, ...], today: date) -> tuple[list[ReferredPerson], bool]:
    """On the list, by name, pinyin or a number's tail; who has not come stands first. And are there more? 3 queries."""
    workers = _found(text, today)
    people = fair.referrals.waiting().in_reach(ranges).filter(worker__in=workers).for_page()
    found, has_more = cut(people.order_by(F("checked_in_at").desc(nulls_first=True), "pk"), MOST)
    return [person_of(referral) for referral in found], has_more


def strangers(fair: Fair, text: str, ranges: tuple[Range, ...], today: date) -> tuple[list[Stranger], bool]:
    """With an open case where the fair and the organiser serve; those who look for work first. And more? 1 query."""
    workers = _found(text, today)
    here = [(fair.area.low, fair.area.high)]
    cases = WorkersCase.objects.open().filter(
        in_ranges("area_id", ranges), in_ranges("area_id", here), worker__in=workers
    )
    listed = fair.referrals.current().values("case")
    looks_for_work = Case(When(state=State.CONTACTED, then=0), default=1)
    others = cases.exclude(pk__in=listed).select_related("worker")
    found, has_more = cut(others.order_by(looks_for_work, "worker__name_pinyin", "pk"), MOST)
    return [_stranger(case, today) for case in found], has_more


def ended_people(fair: Fair, text: str, user, today: date) -> tuple[list[EndedPerson], bool]:
    """Whose last case has ended, where the fair and the organiser serve. And more? 2 queries.

    They are no strangers: whoever looks after them takes the case up again, and then they are registered.
    """
    here, later = [(fair.area.low, fair.area.high)], WorkersCase.objects.filter(worker=OuterRef("worker"))
    last = WorkersCase.objects.ended().filter(~Exists(later.filter(pk__gt=OuterRef("pk"))))
    cases = last.filter(
        in_ranges("area_id", user.ranges_as(*FAIR_RUNNERS)), in_ranges("area_id", here), worker__in=_found(text, today)
    )
    found, has_more = cut(cases.select_related("worker", "owner").order_by("worker__name_pinyin", "pk"), MOST)
    return [EndedPerson(_stranger(case, today), case.owner, can_work_on(user, case)) for case in found], has_more


def newcomers(fair: Fair, text: str, ranges: tuple[Range, ...], today: date) -> tuple[list[Newcomer], bool]:
    """Never flagged and never taken up, where the fair and the organiser serve. And more? 1 query."""
    workers = Worker.objects.find(text, today) if not _is_code(text) else Worker.objects.none()
    here = in_ranges("area_id", ranges) & in_ranges("area_id", [(fair.area.low, fair.area.high)])
    had_one = Exists(WorkersCase.objects.filter(worker=OuterRef("pk")))
    never = workers.filter(here, ~had_one).exclude(status__in=[Status.DECEASED, Status.DUPLICATE])
    found, has_more = cut(never.order_by("name_pinyin", "pk"), MOST)
    return [_newcomer(worker, today) for worker in found], has_more


def _newcomer(worker: Worker, today: date) -> Newcomer:
    return Newcomer(
        worker_id=worker.pk,
        name=worker.name,
        sex=worker.get_sex_display(),
        age=worker.age(today),
        place=home_of(worker.area_id),
        status=worker.get_status_display(),
    )


def _is_code(text: str) -> bool:
    return bool(CODE.fullmatch(text.strip()))


def _found(text: str, today: date):
    """Six digits are a code, and a mistyped one must not fit somebody else's phone by its last four."""
    if _is_code(text):
        return Worker.objects.none().values("pk")
    return Worker.objects.find(text, today).order_by().values("pk")


def _stranger(case: WorkersCase, today: date) -> Stranger:
    worker = case.worker
    return Stranger(
        case_id=case.pk,
        name=worker.name,
        sex=worker.get_sex_display(),
        age=worker.age(today),
        place=home_of(worker.area_id),
        state="" if case.state == State.CONTACTED else case.told_state,
    )
