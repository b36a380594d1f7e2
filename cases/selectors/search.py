"""Find a person by name, pinyin initials, phone or ID number: everybody on the register, with or without a case."""

from dataclasses import dataclass
from datetime import date, datetime

from areas.selectors import place_name
from cases.models import Case, WorkItem
from cases.selectors.people import short_sex
from staff.models import User
from workers.models import Worker

LIMIT = 20


@dataclass(frozen=True)
class FoundPerson:
    """`case_id` is the latest case, None for somebody who never had one; `state` is in words; of one phone the keys are
    equal, of none empty."""

    worker_id: int
    case_id: int | None
    name: str
    sex: str
    age: int
    place: str
    id_tail: str
    phone_tail: str
    phone_key: bytes
    state: str
    due_at: datetime | None
    comes_back: date | datetime | None


def find_people(
    *, text: str, user: User, today: date, after: str = "", limit: int = LIMIT
) -> tuple[tuple[FoundPerson, ...], str | None]:
    """The people, and the key of the next page, None on the last. 5 queries at most, 2 more where a way to be found
    ends with the page; nobody outside the user's areas."""
    workers, more = Worker.objects.visible_to(user).find_page(text, today, after=after, size=limit)
    cases = _latest_cases(workers)
    items = _open_items(cases.values())
    people = tuple(_person(worker, cases.get(worker.pk), items, today) for worker in workers)
    return people, more


def _latest_cases(workers: list[Worker]) -> dict[int, Case]:
    cases = Case.objects.filter(worker__in=workers).order_by("worker_id", "-opened_at", "-pk").distinct("worker_id")
    return {case.worker_id: case for case in cases}


def _open_items(cases) -> dict[int, WorkItem]:
    items = WorkItem.objects.open().filter(case__in=list(cases))
    return {item.case_id: item for item in items.only("case_id", "due_at", "not_before", "reason", "reason_data")}


def _person(worker: Worker, case: Case | None, items: dict[int, WorkItem], today: date) -> FoundPerson:
    item = items.get(case.pk) if case else None
    return FoundPerson(
        worker_id=worker.pk,
        case_id=case.pk if case else None,
        name=worker.name,
        sex=short_sex(worker),
        age=worker.age(today),
        place=place_name(worker.area_id),
        id_tail=worker.id_tail,
        phone_tail=worker.phone_tail,
        phone_key=bytes(worker.phone_blind or b""),
        state=case.told_state if case else worker.get_status_display(),
        due_at=item and item.due_at,
        comes_back=item and item.comes_back,
    )
