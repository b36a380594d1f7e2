"""Writes the news of many people: their columns, tags, reports, flags and the lines that tell it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache

from django.db import connection, models

from kit.copying import Pattern, array_of, escaped, keys_of
from kit.days import local_day
from kit.sealing import crypto
from kit.sealing.many import BlindIndex, Sealer
from kit.sql import any_of
from staff.models import User
from workers.events import workers_flagged
from workers.journal.copying import Book, canonical, spelled
from workers.journal.many import KnownChains
from workers.models import Flag, Household, StatusReport, Worker, WorkerTag
from workers.rules import masks
from workers.rules.flag_rules import Raised
from workers.services.enrolling import Enrolled
from workers.services.households import service_group_of
from workers.services.reporting import adopt, told_of
from workers.services.said_on import Said, note, said_of
from workers.services.standing import News, Register, Report, Standing

# A phone that is not changed is null here: only who has another one is sealed anew.
REWRITE = """
UPDATE workers_worker worker SET
    phone_cipher = COALESCE(new.phone_cipher, worker.phone_cipher),
    phone_blind = COALESCE(new.phone_blind, worker.phone_blind),
    phone_tail = COALESCE(new.phone_tail, worker.phone_tail),
    group_no = new.group_no, industry = new.industry, wish_willing = new.wish_willing, wish_place = new.wish_place,
    wish_wage = new.wish_wage, service_group = new.service_group, status = new.status,
    status_since = new.status_since, employer_name = new.employer_name, destination_code = new.destination_code,
    wage = new.wage, household_id = new.household_id, household_role = new.household_role
FROM unnest(
    %s::bigint[], %s::bytea[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::boolean[], %s::text[],
    %s::integer[], %s::text[], %s::text[], %s::date[], %s::text[], %s::bigint[], %s::integer[], %s::bigint[], %s::text[]
) AS new (
    id, phone_cipher, phone_blind, phone_tail, group_no, industry, wish_willing, wish_place, wish_wage, service_group,
    status, status_since, employer_name, destination_code, wage, household_id, household_role
)
WHERE worker.id = new.id
"""
PHONES = "SELECT id, phone_cipher FROM workers_worker WHERE id = ANY(%s::bigint[]) AND phone_cipher IS NOT NULL"
NOT_ANOTHER = (None, None, None)


def write(
    news: Sequence[News], register: Register, *, held: Sequence[int], by: User | None, at: datetime, source: str
) -> None:
    """Of people for whom nothing else follows. `held` are all whose rows the caller holds: whoever is taken one by one
    afterwards has their chain locked in the same order."""
    book = KnownChains(held, by=by and by.pk, at=at, at_once=2 * len(news))
    if not news:
        return
    phones, groups = (
        _Phones(news),
        _groups([one for one in news if one.tags or "household" in one.facts.changed], register),
    )
    rows = _Rows(news, book, phones, by=by, at=at, source=source)
    changed = [one for one in news if rows.take(one, groups)]
    _rewrite(changed, phones)
    note(_said(news, local_day(at), at, source))
    rows.write()
    workers_flagged.send(sender=Worker, flagged=rows.flagged, book=rows.book, by=by, at=at)
    rows.write_lines()


class _Rows:
    """New rows, and the lines that tell them."""

    def __init__(
        self, news: Sequence[News], book: Book, phones: "_Phones", *, by: User | None, at: datetime, source: str
    ):
        self.flagged: list[Enrolled] = []
        self.book = book
        self._phones, self._source, self._moment = phones, source, cache(spelled)
        self._reports = _New(
            StatusReport(entered_at=at, source=source, by=by), sum(one.report is not None for one in news),
            *("worker_id", "status", "happened_at", "note", "employer_name", "destination_id", "wage"),
            *("since_on", "once"),
        )  # fmt: skip
        begun = WorkerTag(source=source, valid_from=local_day(at))
        self._tags = _New(begun, sum(len(one.tags) for one in news), "worker_id", "tag")
        raised = Flag(raised_at=at, raised_by=by)
        self._flags = _New(raised, sum(len(one.flags) for one in news), "worker_id", "rule", "data")

    def take(self, one: News, groups: dict[int, str]) -> bool:
        """In the order of one by one; returns whether the person's own row says something else by that."""
        before = _own(one.standing)
        if one.facts.changed:
            self._tell(one, "worker_corrected", {"source": self._source, "changed": self._told(one)})
            _apply(one)
        for tag in one.tags:
            key = self._tags.add(one.worker_id, tag)
            self._tell(one, "tag_set", {"tag": tag, "basis": self._source}, ("workers.workertag", key))
        one.standing.service_group = groups.get(one.worker_id, one.standing.service_group)
        if one.report:
            self._add_report(one, one.report)
        if one.flags:
            self._add_flags(one)
        return bool(one.facts.changed) or before != _own(one.standing)

    def write(self) -> None:
        for rows in (self._reports, self._tags, self._flags):
            rows.write()

    def write_lines(self) -> None:
        """Those of whoever listens stand before a second flag's."""
        for one in self.flagged:
            for key, raised in one.flags[1:]:
                self._tell_flag(one.worker_id, key, raised)
        self.book.write()

    def _told(self, one: News) -> dict[str, list]:
        """{field: [before, after]} as `apply_changes` tells it."""
        changed = one.facts.changed
        told = {name: [getattr(one.standing, name), value] for name, value in _plain(changed).items()}
        if "household_id" in told:
            told["household"] = told.pop("household_id")
        return told | {"phone": self._phones.told(one)} if "phone" in changed else told

    def _add_report(self, one: News, report: Report) -> None:
        happened_at = self._moment(report.happened_at)
        key = self._reports.add(
            one.worker_id, report.status, happened_at, _words(report.note), _words(report.employer_name),
            *map(escaped, (report.destination_id, report.wage, report.since_on, report.once)),
        )  # fmt: skip
        told = told_of(report, one.standing.status)
        what = "status_reported" if one.is_newest else "older_status_reported"
        self._tell(one, what, told, ("workers.statusreport", key), happened_at)
        if one.is_newest:
            adopt(one.standing, report)

    def _add_flags(self, one: News) -> None:
        flags = [
            (self._flags.add(one.worker_id, flag.rule, escaped(json.dumps(flag.data))), flag) for flag in one.flags
        ]
        self._tell_flag(one.worker_id, *flags[0])
        standing = one.standing
        self.flagged.append(Enrolled(standing.id, standing.area_id, standing.service_group, flags))

    def _tell_flag(self, worker_id: int, key: int, raised: Raised) -> None:
        told = canonical({**raised.data, "rule": raised.rule})
        self.book.add(worker_id, "worker_flagged", told, about=("workers.flag", key))

    def _tell(self, one: News, what: str, told: dict, about: tuple | None = None, happened_at: str = "") -> None:
        self.book.add(one.worker_id, what, canonical(masks.scrub_data(told)), about=about, happened_at=happened_at)


class _New:
    """Rows of one table that differ in a few columns."""

    def __init__(self, row: models.Model, count: int, *columns: str):
        self._keys, self._rows = keys_of(type(row), count), Pattern(row, "id", *columns)
        self.write = self._rows.write

    def add(self, *values: object) -> int:
        """Its key. Values as they stand in a text for COPY."""
        key = next(self._keys)
        self._rows.add(key, *values)
        return key


def _words(text: str) -> str:
    return escaped(masks.scrub(text)) if text else ""


class _Phones:
    """Those that change: told masked, sealed for their row."""

    def __init__(self, news: Iterable[News]):
        changed = [one.worker_id for one in news if "phone" in one.facts.changed]
        purpose = crypto.column(Worker, "phone_cipher")
        self._seal, self._blind = Sealer(purpose).seal, BlindIndex(crypto.PHONE).of
        with connection.cursor() as cursor:
            cursor.execute(PHONES, [array_of(changed)])
            self._old = {key: crypto.unseal(blob, purpose=purpose, row=key) for key, blob in cursor.fetchall()}

    def told(self, one: News) -> list[str]:
        return [masks.phone(self._old.get(one.worker_id, "")), masks.phone(one.facts.changed["phone"])]

    def columns(self, one: News) -> tuple[bytes | None, bytes | None, str | None]:
        phone = one.facts.changed.get("phone")
        return (self._seal(phone, one.worker_id), self._blind(phone), phone[-4:]) if phone else NOT_ANOTHER


def _plain(changed: Mapping) -> dict:
    """By the names of the columns, without a phone."""
    told = {name: value for name, value in changed.items() if name not in ("phone", "household")}
    return told | {"household_id": changed["household"].pk} if "household" in changed else told


def _groups(tagged: Sequence[News], register: Register) -> dict[int, str]:
    """The service group of who comes into another group of people, or into another household."""
    homes = {one.home_id for one in tagged} - {None}
    zero = Household.objects.filter(any_of("id", homes), zero_employment=True) if homes else Household.objects.none()
    without_work = set(zero.values_list("pk", flat=True))
    return {
        one.worker_id: service_group_of(
            [*register.tags.get(one.worker_id, ()), *one.tags],
            zero_employment=one.home_id in without_work,
        )
        for one in tagged
    }


def _own(now: Standing) -> tuple:
    """Columns that follow from reports and tags."""
    return now.service_group, now.status, now.status_since, now.employer_name, now.destination_id, now.wage


def _apply(one: News) -> None:
    for name, value in _plain(one.facts.changed).items():
        setattr(one.standing, name, value)


def _rewrite(news: Sequence[News], phones: _Phones) -> None:
    if news:
        rows = [(one.worker_id, *phones.columns(one), *_columns(one.standing)) for one in news]
        with connection.cursor() as cursor:
            cursor.execute(REWRITE, list(map(array_of, zip(*rows, strict=True))))


def _columns(now: Standing) -> tuple:
    """Words masked as the fields of the model do it."""
    scrub = masks.scrub
    return (
        scrub(now.group_no), scrub(now.industry), now.wish_willing, scrub(now.wish_place), now.wish_wage,
        now.service_group, now.status, now.status_since, scrub(now.employer_name), now.destination_id, now.wage,
        now.household_id, now.household_role,
    )  # fmt: skip


def _said(news: Iterable[News], today: date, at: datetime, source: str) -> Iterator[Said]:
    for one in news:
        names = {*one.facts.noted, *one.facts.changed}
        if names:
            yield said_of(one.worker_id, names, one.said_on or today, one.facts.changed, at=at, source=source)
