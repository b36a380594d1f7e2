"""Who serves where: the list of colleagues, and the page of one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet

from areas.gazetteer import places
from areas.ranges import range_of
from areas.selectors import full_name, place_name
from kit.pages import cut
from staff import policies
from staff.models import Posting, StaffChange, User
from staff.querysets import PostingQuerySet, UserQuerySet
from staff.roles import WATCHES_ADMINISTRATORS, Role

PAGE = 50
CHUNK = 500
CHANGES_SHOWN = 20
SERVING, EVERYBODY = "", "all"


@dataclass(frozen=True)
class ColleagueFilters:
    """As they stand in the address. `who` is "" for those who serve now or will, "all" also for those who left."""

    area_code: int | None = None
    role: str = ""
    who: str = SERVING
    text: str = ""
    page: int = 1


@dataclass(frozen=True)
class ColleagueRow:
    """`postings` are those that are not over, in words."""

    pk: int
    name: str
    username: str
    postings: tuple[str, ...]
    is_active: bool
    last_login: datetime | None


@dataclass(frozen=True)
class ColleagueList:
    """`first` is the number of the first row among the `total`."""

    rows: tuple[ColleagueRow, ...]
    total: int
    first: int
    has_more: bool


@dataclass(frozen=True)
class PostingRow:
    """`is_mine_to_end`: whoever looks may choose its last day."""

    pk: int
    role: str
    area: str
    starts_on: date
    ends_on: date | None
    is_over: bool
    is_mine_to_end: bool


@dataclass(frozen=True)
class ChangeLine:
    what: str
    about: str
    day: date | None
    by: str
    at: datetime


@dataclass(frozen=True)
class ColleaguePage:
    """`near` is the place of the newest posting."""

    postings: tuple[PostingRow, ...]
    changes: tuple[ChangeLine, ...]
    near: int | None


def people_under(user: User) -> UserQuerySet:
    """Whoever was ever posted where this person decides who serves; nobody for somebody who decides nowhere."""
    return User.objects.with_posting(Posting.objects.inside(policies.ranges_managed_by(user)))


def postings_under(user: User) -> PostingQuerySet:
    return Posting.objects.filter(user__in=people_under(user)).select_related("user", "area")


def list_people(filters: ColleagueFilters, *, user: User, today: date) -> ColleagueList:
    """3 queries: how many, the rows, their postings."""
    start, people = (filters.page - 1) * PAGE, _in_order(filters, user, today)
    rows, has_more = cut(people[start:], PAGE)
    return ColleagueList(tuple(map(_row, rows)), people.count(), start + 1, has_more)


def every_colleague(filters: ColleagueFilters, *, user: User, today: date) -> Iterator[ColleagueRow]:
    """The whole list for a file, some hundreds at a time."""
    people = _in_order(filters, user, today)
    return map(_row, people.iterator(chunk_size=CHUNK))


def person_page(person: User, *, user: User, today: date) -> ColleaguePage:
    """2 queries. Postings newest first; those elsewhere are shown too, but are not theirs to end."""
    postings = list(person.postings.select_related("area").order_by("-starts_on", "-pk"))
    changes = person.changes.select_related("by", "posting").order_by("-at", "-pk")[:CHANGES_SHOWN]
    rows = tuple(_posting_row(posting, user, today) for posting in postings)
    near = postings[0].area_id if postings else None
    return ColleaguePage(rows, tuple(map(change_line, changes)), near)


def changes_read_by(user: User) -> QuerySet[StaffChange]:
    """Of everybody who was ever posted where this person is auditor."""
    watched = User.objects.with_posting(Posting.objects.inside(user.ranges_as(*WATCHES_ADMINISTRATORS)))
    return StaffChange.objects.filter(user__in=watched).select_related("user", "by", "posting")


def _in_order(filters: ColleagueFilters, user: User, today: date) -> UserQuerySet:
    not_over = Posting.objects.not_over(today).order_by("area_id", "role", "pk")
    people = _matching(filters, user, today).order_by("display_name", "pk")
    return people.prefetch_related(Prefetch("postings", not_over, to_attr="kept"))


def _matching(filters: ColleagueFilters, user: User, today: date) -> UserQuerySet:
    postings = Posting.objects.inside(policies.ranges_managed_by(user))
    if filters.area_code is not None:
        postings = postings.inside([range_of(filters.area_code, places()[filters.area_code].level)])
    if filters.role in Role.values:
        postings = postings.in_role(filters.role)
    people = User.objects.all()
    if filters.who != EVERYBODY:
        postings, people = postings.not_over(today), people.active()
    people = people.with_posting(postings)
    return people.called(filters.text) if filters.text else people


def _row(person: User) -> ColleagueRow:
    return ColleagueRow(
        person.pk, str(person), person.username, tuple(map(_words, person.kept)), person.is_active, person.last_login
    )


def _words(posting: Posting) -> str:
    return f"{Role(posting.role).label} · {place_name(posting.area_id)}"


def _posting_row(posting: Posting, user: User, today: date) -> PostingRow:
    is_over = posting.ends_on is not None and posting.ends_on < today
    is_mine = policies.can_give(user, posting.user, posting.role, posting.area)
    role, area = str(Role(posting.role).label), full_name(posting.area_id)
    return PostingRow(posting.pk, role, area, posting.starts_on, posting.ends_on, is_over, is_mine and not is_over)


def change_line(change: StaffChange) -> ChangeLine:
    about = _words(change.posting) if change.posting else ""
    return ChangeLine(change.get_what_display(), about, change.day, str(change.by), change.at)
