"""Many people put on the register at once: the rows and lines that `register_worker`, `report_status` and
`raise_flag` write one by one, as text for COPY. A test writes the same people both ways and compares."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from django.db import transaction

from kit.copying import HEX, NULL, Pattern, escaped, keys_of
from kit.days import local_day
from kit.refusals import Refusal
from kit.sealing import crypto
from kit.sealing.many import BlindIndex, Sealer
from staff.models import User
from workers.choices import EMPLOYED, Status
from workers.events import workers_enrolled
from workers.journal.copying import Book, canonical, spelled
from workers.models import Flag, SaidOn, StatusReport, Worker, WorkerTag
from workers.refusals import NotYetHappened, UnderAge
from workers.rules import flag_rules, masks, names
from workers.rules.ages import WORKING_AGE
from workers.rules.idnumbers import age_on
from workers.services.homes_of_many import HomesOfNewcomers
from workers.services.households import service_group_of
from workers.services.registering import check_keeps
from workers.services.reporting import check_age
from workers.services.said_on import LISTS
from workers.services.standing import ALONE, DATED, Alone, is_said

LINES_A_PERSON = 3
SAID = ("worker_id", *DATED, "household_listed", "phone_listed_at")
NO_NUMBER = NULL, NULL, ""


@dataclass(slots=True, kw_only=True)
class FirstReport:
    """How things stand with a newcomer. `destination` is the code of a division."""

    status: str
    happened_at: datetime
    note: str = ""
    employer_name: str = ""
    wage: int | None = None
    destination: int | None = None
    once: UUID | None = None


@dataclass(slots=True, kw_only=True)
class Newcomer:
    """Who somebody is, as `workers.identity` reads it: a number of 18 characters or "", a phone in E.164 or "", a name
    in one spelling. `area` is the code of the division they live in, `household` the key of one that is there.
    `said_on` is the day of the list, None for today."""

    name: str
    area: int
    sex: str
    birth_date: date
    id_number: str = ""
    phone: str = ""
    group_no: str = ""
    household: int | None = None
    household_role: str = ""
    tags: tuple[str, ...] = ()
    industry: str = ""
    wish_willing: bool | None = None
    wish_place: str = ""
    wish_wage: int | None = None
    once: UUID | None = None
    report: FirstReport | None = None
    said_on: date | None = None


@dataclass(slots=True)
class Enrolled:
    """What became of one of them: keys, and the flags in the order they were raised."""

    worker_id: int
    area_id: int
    service_group: str
    flags: list[tuple[int, flag_rules.Raised]]


@transaction.atomic
def enrol_workers(
    newcomers: Sequence[Newcomer], *, by: User | None, at: datetime, source: str
) -> list[int | Refusal | Alone]:
    """A key or a refusal for each, in their order. Somebody who is on the register already makes the database refuse
    them all (IntegrityError): then take them one by one. ALONE is for whoever comes into a household that comes to work
    or loses the last by that, or gets another head: that is news for others, who are on the register.

    A household is told as it is when all of them stand in it, and not as it was in between.
    """
    register = _Register(len(newcomers), by=by, at=at, source=source)
    answers = [register.refusal(newcomer) for newcomer in newcomers]
    register.house([one for one, refusal in zip(newcomers, answers, strict=True) if refusal is None])
    answers = [refusal or register.enrolled(one) for one, refusal in zip(newcomers, answers, strict=True)]
    enrolled = [answer for answer in answers if isinstance(answer, Enrolled)]
    register.write_people()
    workers_enrolled.send(sender=Worker, enrolled=enrolled, book=register.book, by=by, at=at)
    register.write_rest(enrolled)
    register.homes.write()
    return [answer.worker_id if isinstance(answer, Enrolled) else answer for answer in answers]


class _Register:
    """Rows of one go."""

    def __init__(self, count: int, *, by: User | None, at: datetime, source: str):
        self._at, self._today, self._source = at, local_day(at), source
        self._keys = keys_of(Worker, count)
        self._tag_keys, self._report_keys = keys_of(WorkerTag, count), keys_of(StatusReport, count)
        self._flag_keys = keys_of(Flag, count)
        self._people, self._tags = _people(at), _tags(source, self._today)
        self._reports, self._flags = _reports(by, at, source), _flags(by, at)
        self._said, self._listed_at = Pattern(SaidOn(), *SAID), spelled(at)
        self._numbers = _Numbers()
        self.book = Book(by=by and by.pk, at=at, at_once=LINES_A_PERSON * count)
        self._check_keeps = cache(lambda area: check_keeps(by, area))
        self._age = cache(lambda born: age_on(born, self._today))
        self._day, self._moment = cache(local_day), cache(spelled)
        self._group = cache(lambda tags, is_zero: service_group_of(tags, zero_employment=is_zero))
        self._met = cache(self._rules_met)
        self.homes = HomesOfNewcomers([])

    def refusal(self, newcomer: Newcomer) -> Refusal | None:
        """What can be said without the database."""
        try:
            self._check(newcomer)
        except Refusal as refusal:
            return refusal
        return None

    def house(self, newcomers: Sequence[Newcomer]) -> None:
        """All who are not refused, before the first of them is enrolled."""
        self.homes = HomesOfNewcomers(newcomers)

    def enrolled(self, newcomer: Newcomer) -> Enrolled | Alone:
        home = newcomer.household
        if home in self.homes.alone:
            return ALONE
        key, tags = next(self._keys), tuple(dict.fromkeys(newcomer.tags))
        group = self._group(tags, home in self.homes.without_work)
        self._add_person(key, newcomer, group)
        self._add_registration(key, newcomer, tags)
        self.homes.take_in(home, key)
        flags = self._add_report(key, newcomer.report, tags, home) if newcomer.report else []
        return Enrolled(key, newcomer.area, group, flags)

    def write_people(self) -> None:
        for rows in (self._people, self._said, self._tags, self._reports, self._flags):
            rows.write()

    def write_rest(self, enrolled: list[Enrolled]) -> None:
        """The lines of whoever listens stand before a second flag's."""
        for one in enrolled:
            for key, raised in one.flags[1:]:
                self._tell_flag(one.worker_id, key, raised)
        self.book.write()

    def _check(self, newcomer: Newcomer) -> None:
        age, report = self._age(newcomer.birth_date), newcomer.report
        self._check_keeps(newcomer.area)
        if age < WORKING_AGE:
            raise UnderAge
        if report and report.happened_at > self._at:
            raise NotYetHappened
        if report:
            check_age(report.status, age)

    def _add_person(self, key: int, who: Newcomer, group: str) -> None:
        self._people.add(
            key, escaped(who.name), *map(escaped, names.pinyin_of(who.name)), who.sex, who.birth_date, who.area,
            who.area, _words(who.group_no), _given(who.household), str(who.household_role),
            *self._numbers.columns(key, who), group,
            *self._situation(who.report, _words(who.industry)), _flagged(who.wish_willing), _words(who.wish_place),
            _given(who.wish_wage), _given(who.once),
        )  # fmt: skip
        day = who.said_on or self._today
        days = [day if is_said(getattr(who, name)) else NULL for name in DATED]
        is_list = self._source in LISTS
        at_home = _flagged(bool(is_list and who.household))
        self._said.add(key, *days, at_home, self._listed_at if who.phone and is_list else NULL)

    def _situation(self, report: FirstReport | None, industry: str) -> tuple:
        """Status, since when, employer, industry, destination and wage, as `reporting.adopt` sets them."""
        if report is None:
            return Status.UNKNOWN.value, NULL, "", industry, NULL, NULL
        since = self._day(report.happened_at)
        if report.status not in EMPLOYED:
            return report.status, since, "", industry, NULL, NULL
        job = _words(report.employer_name), industry, _given(report.destination), _given(report.wage)
        return report.status, since, *job

    def _add_registration(self, key: int, who: Newcomer, tags: tuple[str, ...]) -> None:
        self.book.add(key, "worker_registered", f'{{"area":{who.area},"source":"{self._source}"}}')
        for tag in tags:
            row = next(self._tag_keys)
            self._tags.add(row, key, tag)
            told = f'{{"basis":"{self._source}","tag":"{tag}"}}'
            self.book.add(key, "tag_set", told, about=("workers.workertag", row))

    def _add_report(
        self, key: int, report: FirstReport, tags: tuple[str, ...], home: int | None
    ) -> list[tuple[int, flag_rules.Raised]]:
        row, happened_at = next(self._report_keys), self._moment(report.happened_at)
        note, employer = masks.scrub(report.note), masks.scrub(report.employer_name)
        self._reports.add(
            row, key, report.status, happened_at, escaped(note), escaped(employer), _given(report.destination),
            _given(report.wage), _given(report.once),
        )  # fmt: skip
        told = {"status": report.status, "previous": Status.UNKNOWN.value, "source": self._source}
        extra = {"note": note, "employer": employer, "wage": report.wage}
        told |= {name: value for name, value in extra.items() if value}
        about = ("workers.statusreport", row)
        self.book.add(key, "status_reported", canonical(told), about=about, happened_at=happened_at)
        for member in self.homes.told_by(report.status, home):
            self.book.add(member, "household_without_work", "{}", about=("workers.household", home))
        met = enumerate(self._met(report.status, tags))
        return [self._add_flag(key, raised, is_first=place == 0) for place, raised in met]

    def _add_flag(self, key: int, raised: flag_rules.Raised, *, is_first: bool) -> tuple[int, flag_rules.Raised]:
        row = next(self._flag_keys)
        self._flags.add(row, key, raised.rule, escaped(json.dumps(raised.data)))
        if is_first:
            self._tell_flag(key, row, raised)
        return row, raised

    def _tell_flag(self, key: int, row: int, raised: flag_rules.Raised) -> None:
        told = canonical({**raised.data, "rule": raised.rule})
        self.book.add(key, "worker_flagged", told, about=("workers.flag", row))

    def _rules_met(self, status: str, tags: tuple[str, ...]) -> list[flag_rules.Raised]:
        return flag_rules.rules_met(previous=Status.UNKNOWN, status=status, source=self._source, tags=tags)


class _Numbers:
    """The sealed columns of a person."""

    def __init__(self):
        self._id, self._phone = (
            Sealer(crypto.column(Worker, name)).seal for name in ("id_number_cipher", "phone_cipher")
        )
        self._id_index, self._phone_index = BlindIndex(crypto.ID_NUMBER).of, BlindIndex(crypto.PHONE).of

    def columns(self, key: int, who: Newcomer) -> tuple[str, ...]:
        number, phone = who.id_number, who.phone
        known = (_hex(self._id(number, key)), _hex(self._id_index(number)), number[-4:]) if number else NO_NUMBER
        called = (_hex(self._phone(phone, key)), _hex(self._phone_index(phone)), phone[-4:]) if phone else NO_NUMBER
        return *known, *called


def _people(at: datetime) -> Pattern:
    return Pattern(
        Worker(created_at=at),
        *("id", "name", "name_pinyin", "name_initials", "other_readings", "sex", "birth_date", "area_id"),
        *(
            "registered_area_id",
            "group_no",
            "household_id",
            "household_role",
            "id_number_cipher",
            "id_number_blind",
            "id_tail",
            "phone_cipher",
        ),
        *("phone_blind", "phone_tail", "service_group", "status", "status_since", "employer_name", "industry"),
        *("destination_id", "wage", "wish_willing", "wish_place", "wish_wage", "once"),
    )


def _tags(source: str, begun: date) -> Pattern:
    return Pattern(WorkerTag(source=source, valid_from=begun), "id", "worker_id", "tag")


def _reports(by: User | None, at: datetime, source: str) -> Pattern:
    return Pattern(
        StatusReport(entered_at=at, source=source, by=by),
        *("id", "worker_id", "status", "happened_at", "note", "employer_name", "destination_id", "wage", "once"),
    )


def _flags(by: User | None, at: datetime) -> Pattern:
    return Pattern(Flag(raised_at=at, raised_by=by), "id", "worker_id", "rule", "data")


def _words(text: str) -> str:
    """What people wrote, masked as the fields of the model do it."""
    return escaped(masks.scrub(text)) if text else ""


def _given(value: object) -> object:
    return NULL if value is None else value


def _flagged(value: bool | None) -> str:
    return NULL if value is None else "t" if value else "f"


def _hex(value: bytes) -> str:
    return f"{HEX}{value.hex()}"
