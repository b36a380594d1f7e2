"""Writes the news of many people: their columns, tags, reports, flags and the lines that tell it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from kit.copying import copy_in
from kit.days import local_day
from kit.sealing import crypto
from kit.sealing.many import BlindIndex, Sealer
from staff.models import User
from workers import journal
from workers.events import workers_flagged
from workers.models import Flag, Household, Worker, WorkerTag
from workers.rules import masks
from workers.services.flagging import flag_entry
from workers.services.households import service_group_of
from workers.services.reporting import adopt, told_of
from workers.services.said_on import Said, note, said_of
from workers.services.standing import News, Register, Standing

# A phone that is not changed is null here: only who has another one is sealed anew.
REWRITE = """
UPDATE workers_worker worker SET
    phone_cipher = COALESCE(new.phone_cipher, worker.phone_cipher),
    phone_blind = COALESCE(new.phone_blind, worker.phone_blind),
    phone_tail = COALESCE(new.phone_tail, worker.phone_tail),
    group_no = new.group_no, industry = new.industry, wish_willing = new.wish_willing, wish_place = new.wish_place,
    wish_wage = new.wish_wage, service_group = new.service_group, status = new.status,
    status_since = new.status_since, employer_name = new.employer_name, destination_code = new.destination_code,
    wage = new.wage
FROM unnest(
    %s::bigint[], %s::bytea[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::boolean[], %s::text[],
    %s::integer[], %s::text[], %s::text[], %s::date[], %s::text[], %s::bigint[], %s::integer[]
) AS new (
    id, phone_cipher, phone_blind, phone_tail, group_no, industry, wish_willing, wish_place, wish_wage, service_group,
    status, status_since, employer_name, destination_code, wage
)
WHERE worker.id = new.id
"""
PHONES = "SELECT id, phone_cipher FROM workers_worker WHERE id = ANY(%s::bigint[]) AND phone_cipher IS NOT NULL"
NOT_ANOTHER = (None, None, None)
TOLD_BY_REPORT = ("status", "status_since", "employer_name", "destination_id", "wage")


def write(news: Sequence[News], register: Register, *, by: User | None, at: datetime, source: str) -> None:
    """Of people whose rows the caller holds and for whom nothing else follows."""
    phones = _Phones(news)
    told = {one.worker_id: _told(one, phones) for one in news}
    groups = _groups([one for one in news if one.tags], register)
    before = {one.worker_id: one.standing.status for one in news}
    _rewrite([one for one in news if _apply(one, groups)], phones)
    tags = copy_in(_tag_rows(news, at=at, source=source))
    copy_in(one.report for one in news if one.report)
    note(_said(news, local_day(at), at, source))
    flags = copy_in(_flag_rows(news, by=by, at=at))
    lines = _Lines(by, at, source, told, before, _by_worker(tags), _by_worker(flags))
    journal.record_many(entry for one in news for entry in lines.until_flagged(one))
    workers_flagged.send(sender=Worker, flags=flags, by=by, at=at)
    journal.record_many(lines.of_other_flags())


def _told(one: News, phones: "_Phones") -> dict[str, list]:
    """{field: [before, after]} as `apply_changes` tells it."""
    changed = {
        name: [getattr(one.standing, name), value] for name, value in one.facts.changed.items() if name != "phone"
    }
    return changed | {"phone": phones.told(one)} if "phone" in one.facts.changed else changed


class _Phones:
    """Those that change: told masked, sealed for their row."""

    def __init__(self, news: Iterable[News]):
        changed = [one.worker_id for one in news if "phone" in one.facts.changed]
        purpose = crypto.column(Worker, "phone_cipher")
        self._seal, self._blind = Sealer(purpose).seal, BlindIndex(crypto.PHONE).of
        with connection.cursor() as cursor:
            cursor.execute(PHONES, [changed])
            self._old = {key: crypto.unseal(blob, purpose=purpose, row=key) for key, blob in cursor.fetchall()}

    def told(self, one: News) -> list[str]:
        return [masks.phone(self._old.get(one.worker_id, "")), masks.phone(one.facts.changed["phone"])]

    def columns(self, one: News) -> tuple[bytes | None, bytes | None, str | None]:
        phone = one.facts.changed.get("phone")
        return (self._seal(phone, one.worker_id), self._blind(phone), phone[-4:]) if phone else NOT_ANOTHER


def _groups(tagged: Sequence[News], register: Register) -> dict[int, str]:
    """The service group of who comes into another group of people."""
    homes = {one.standing.household_id for one in tagged} - {None}
    zero = set(Household.objects.filter(pk__in=homes, zero_employment=True).values_list("pk", flat=True))
    return {
        one.worker_id: service_group_of(
            [*register.tags.get(one.worker_id, ()), *one.tags], zero_employment=one.standing.household_id in zero
        )
        for one in tagged
    }


def _apply(one: News, groups: dict[int, str]) -> bool:
    """To what is known of their row; whether it says anything else by that."""
    standing = one.standing
    before = standing.service_group, *(getattr(standing, name) for name in TOLD_BY_REPORT)
    for name, value in one.facts.changed.items():
        if name != "phone":
            setattr(standing, name, value)
    standing.service_group = groups.get(standing.id, standing.service_group)
    if one.is_newest:
        adopt(standing, one.report)
    after = standing.service_group, *(getattr(standing, name) for name in TOLD_BY_REPORT)
    return bool(one.facts.changed) or before != after


def _rewrite(news: Sequence[News], phones: _Phones) -> None:
    if news:
        rows = [(one.worker_id, *phones.columns(one), *_columns(one.standing)) for one in news]
        with connection.cursor() as cursor:
            cursor.execute(REWRITE, [list(column) for column in zip(*rows, strict=True)])


def _columns(now: Standing) -> tuple:
    """Words masked as the fields of the model do it."""
    scrub = masks.scrub
    return (
        scrub(now.group_no), scrub(now.industry), now.wish_willing, scrub(now.wish_place), now.wish_wage,
        now.service_group, now.status, now.status_since, scrub(now.employer_name), now.destination_id, now.wage,
    )  # fmt: skip


def _said(news: Iterable[News], today: date, at: datetime, source: str) -> Iterator[Said]:
    for one in news:
        names = {*one.facts.noted, *one.facts.changed}
        if names:
            yield said_of(one.worker_id, names, one.said_on or today, one.facts.changed, at=at, source=source)


def _tag_rows(news: Iterable[News], *, at: datetime, source: str) -> Iterator[WorkerTag]:
    begun = local_day(at)
    for one in news:
        for tag in one.tags:
            yield WorkerTag(worker_id=one.worker_id, tag=tag, source=source, valid_from=begun)


def _flag_rows(news: Iterable[News], *, by: User | None, at: datetime) -> Iterator[Flag]:
    flagged = [one for one in news if one.flags]
    workers = Worker.objects.in_bulk([one.worker_id for one in flagged])
    for one in flagged:
        for flag in one.flags:
            yield Flag(worker=workers[one.worker_id], rule=flag.rule, data=flag.data, raised_at=at, raised_by=by)


def _by_worker(rows: Iterable) -> dict[int, list]:
    found: dict[int, list] = {}
    for row in rows:
        found.setdefault(row.worker_id, []).append(row)
    return found


@dataclass(frozen=True)
class _Lines:
    """Journal entries of what was written, by worker; `before` is the status until then."""

    by: User | None
    at: datetime
    source: str
    told: dict[int, dict]
    before: dict[int, str]
    tags: dict[int, list[WorkerTag]]
    flags: dict[int, list[Flag]]

    def until_flagged(self, one: News) -> Iterator[journal.Entry]:
        """As far as what is announced: the lines of whoever listens stand before a second flag's."""
        key = one.worker_id
        if told := self.told[key]:
            data = {"source": self.source, "changed": told}
            yield journal.Entry(key, "worker_corrected", self.by, self.at, data=data)
        for row in self.tags.get(key, ()):
            data = {"tag": row.tag, "basis": self.source}
            yield journal.Entry(key, "tag_set", self.by, self.at, about=row, data=data)
        if one.report:
            yield self._of_report(one)
        for flag in self.flags.get(key, ())[:1]:
            yield flag_entry(flag, by=self.by, at=self.at)

    def of_other_flags(self) -> Iterator[journal.Entry]:
        return (flag_entry(flag, by=self.by, at=self.at) for flags in self.flags.values() for flag in flags[1:])

    def _of_report(self, one: News) -> journal.Entry:
        what = "status_reported" if one.is_newest else "older_status_reported"
        data, happened_at = told_of(one.report, self.before[one.worker_id]), one.report.happened_at
        return journal.Entry(one.worker_id, what, self.by, self.at, one.report, happened_at=happened_at, data=data)
