"""Takes over what a judged row says, through the services everybody else uses."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError

from areas.models import Area
from areas.ranges import Range
from kit.days import local_day, local_moment
from kit.refusals import Refusal
from kit.sealing import crypto
from kit.sealing.many import BlindIndex
from kit.sql import any_of
from staff.models import User
from workers import selectors, services
from workers.choices import Source, Status, Tag
from workers.imports.homes import Homes
from workers.imports.questions import Registered
from workers.imports.traces import Traces
from workers.imports.verdicts import RosterPerson, Verdict
from workers.models import StatusReport, Worker
from workers.rules.ages import ADULT
from workers.rules.idnumbers import age_on

ONCE = uuid.UUID("6f1f6f4e-6d0a-4a57-9a51-0d0c6a2f52b4")
NOON = 12
Blind = Callable[[str], bytes]
KNOWN_BY = ("name", "area_id", "birth_date", "id_number_blind")


def find_registered(persons: Iterable[RosterPerson]) -> dict[str, Registered]:
    """`key` of a person to who has that ID number already, or came by the same row without one. Two queries a file."""
    persons = list(persons)
    blind = BlindIndex(crypto.ID_NUMBER).of
    by_blind = {blind(person.id_number): person.key for person in persons if person.id_number}
    by_once = {once_of(person): person.key for person in persons if not person.id_number}
    found = {}
    for column, keys in (("id_number_blind", by_blind), ("once", by_once)):
        for worker in Worker.objects.filter(any_of(column, keys)).only(*KNOWN_BY, column) if keys else ():
            value = getattr(worker, column)
            found[keys[bytes(value) if column == "id_number_blind" else value]] = _registered(worker)
    return found


def registered_by_key(keys: Iterable[int]) -> dict[int, Registered]:
    """Who is on the register under these keys."""
    found = Worker.objects.filter(any_of("id", keys)).only(*KNOWN_BY) if keys else ()
    return {worker.pk: _registered(worker) for worker in found}


def find_look_alikes(
    persons: Sequence[RosterPerson], *, ranges: tuple[Range, ...] | None
) -> dict[str, tuple[Registered, ...]]:
    """`key` of a person who is not known by it to whom on the register it may be."""
    blind = BlindIndex(crypto.PHONE).of
    asked = {person.key: person.traits(blind(person.phone) if person.phone else None) for person in persons}
    alike = selectors.look_alikes(asked, ranges=ranges)
    return {key: tuple(map(_registered, same)) for key, same in alike.items()}


def _registered(worker: Worker) -> Registered:
    has_number = worker.id_number_blind is not None
    return Registered(worker.pk, worker.name, worker.area_id, worker.birth_date, has_number)


def find_areas(persons: Iterable[RosterPerson]) -> dict[int, Area]:
    codes = {code for person in persons for code in (person.area, person.destination) if code}
    return Area.objects.in_bulk(codes)


def enrol(
    verdicts: list[Verdict], *, homes: Homes, by: User | None, at: datetime
) -> list[int | Refusal | services.Alone] | None:
    """Keys of people who were not on the register, all at once; None when one of them turns out to be there by now.
    ALONE is for `save`."""
    blind = BlindIndex(crypto.ID_NUMBER).of
    newcomers = [_newcomer(verdict.person, homes, at, blind) for verdict in verdicts]
    try:
        return services.enrol_workers(newcomers, by=by, at=at, source=Source.IMPORT)
    except IntegrityError:
        return None


def renew(
    verdicts: Sequence[Verdict],
    *,
    areas: Mapping[int, Area],
    homes: Homes,
    by: User | None,
    at: datetime,
    traces: Traces | None,
) -> list[services.Renewed | Refusal | services.Alone]:
    """People on the register already, all at once: an answer for each. ALONE is for `save`."""
    answers: list = [services.ALONE] * len(verdicts)
    places = [place for place, verdict in enumerate(verdicts) if not verdict.is_decided]
    renewals = _renewals([verdicts[place] for place in places], areas, homes, at)
    before = traces and traces.remember
    found = services.renew_workers(renewals, by=by, at=at, source=Source.IMPORT, before=before)
    for place, answer in zip(places, found, strict=True):
        answers[place] = answer
    return answers


def save(
    verdict: Verdict, *, areas: Mapping[int, Area], homes: Homes, by: User | None, at: datetime
) -> services.Renewed:
    """Register or bring up to date, then report the status. The same row again changes nothing."""
    person = verdict.person
    if not verdict.existing:
        fields = _fields(person, areas, homes, at)
        worker = services.register_worker(fields=fields, by=by, at=at, source=Source.IMPORT)
        if report := report_of(person, areas, at):
            services.report_status(worker=worker, by=by, at=at, source=Source.IMPORT, **report)
        return services.Renewed(worker.pk, is_news=True)
    if verdict.is_decided:
        _carry_out_decisions(Worker.objects.get(pk=verdict.existing.worker_id), verdict, by=by, at=at)
    (renewal,) = _renewals([verdict], areas, homes, at)
    kept = services.renew_worker(renewal, by=by, at=at, source=Source.IMPORT)
    return services.Renewed(renewal.worker_id, is_news=True, kept=kept)


def _renewals(
    verdicts: Sequence[Verdict], areas: Mapping[int, Area], homes: Homes, at: datetime
) -> list[services.Renewal]:
    blind = BlindIndex(crypto.ID_NUMBER).of
    renewals = [_renewal(verdict, areas, homes, at, blind) for verdict in verdicts]
    _settle_onces([one.report for one in renewals if one.report and one.said_on is None])
    return renewals


def _renewal(verdict: Verdict, areas: Mapping[int, Area], homes: Homes, at: datetime, blind: Blind) -> services.Renewal:
    person = verdict.person
    report = report_of(person, areas, at, blind)
    changes = changes_of(person, areas, homes)
    return services.Renewal(verdict.existing.worker_id, changes, tags_of(person, at), report, person.collected_on)


def blind_key(text: str) -> bytes:
    return crypto.blind_index(text, purpose=crypto.ID_NUMBER)


def once_of(person: RosterPerson, *more: object, blind: Blind = blind_key) -> uuid.UUID:
    """The same for the same content, so that a replayed row finds its first result. Holds no number in clear."""
    return uuid.uuid5(ONCE, "|".join(map(str, (blind(person.key).hex(), *more))))


def _fields(person: RosterPerson, areas: Mapping[int, Area], homes: Homes, at: datetime) -> services.NewWorker:
    return services.NewWorker(
        name=person.name, area=areas[person.area], sex=person.sex, birth_date=person.birth_date,
        id_number=person.id_number, phone=person.phone, registered_area=areas[person.area],
        group_no=person.group_no, household=homes.get(person.home), household_role=person.role,
        tags=tags_of(person, at), industry=person.industry, wish_willing=person.willing,
        wish_place=person.wish, wish_wage=person.wish_wage, once=None if person.id_number else once_of(person),
        said_on=person.collected_on,
    )  # fmt: skip


def _newcomer(person: RosterPerson, homes: Homes, at: datetime, blind: Blind) -> services.Newcomer:
    home = homes.get(person.home)
    return services.Newcomer(
        name=person.name, area=person.area, sex=person.sex, birth_date=person.birth_date, id_number=person.id_number,
        phone=person.phone, group_no=person.group_no, household=home and home.pk, household_role=person.role,
        tags=tags_of(person, at), industry=person.industry,
        wish_willing=person.willing, wish_place=person.wish, wish_wage=person.wish_wage,
        once=None if person.id_number else once_of(person, blind=blind),
        report=_first_report(person, at, blind), said_on=person.collected_on,
    )  # fmt: skip


def _first_report(person: RosterPerson, at: datetime, blind: Blind) -> services.FirstReport | None:
    told = report_of(person, {}, at, blind)
    return told and services.FirstReport(**told | {"destination": person.destination})


def _carry_out_decisions(worker: Worker, verdict: Verdict, *, by: User | None, at: datetime) -> None:
    """However old the roster is: it was said just now."""
    if verdict.new_name:
        services.update_worker(worker=worker, changes={"name": verdict.new_name}, by=by, at=at, source=Source.IMPORT)
    if verdict.adds_number:
        number = verdict.person.id_number
        services.add_id_number(worker=worker, id_number=number, by=by, at=at, source=Source.IMPORT)
    if verdict.keeps_name:
        services.keep_name(worker=worker, by=by, at=at)


def changes_of(person: RosterPerson, areas: Mapping[int, Area], homes: Homes) -> dict:
    """A name is never changed."""
    return {
        "phone": person.phone, "group_no": person.group_no, "industry": person.industry, "wish_place": person.wish,
        "wish_wage": person.wish_wage, "wish_willing": person.willing, "area": areas.get(person.village),
        "household": homes.get(person.home), "household_role": person.role,
    }  # fmt: skip


def _settle_onces(undated: list[dict]) -> None:
    """A row without a date says the same again in August: that is a replay only while nothing newer is known."""
    while undated:
        said = StatusReport.objects.filter(any_of("once", [told["once"] for told in undated])).overtaken()
        keys = dict(said.values_list("once", "pk"))
        undated = [told for told in undated if told["once"] in keys]
        for told in undated:
            told["once"] = uuid.uuid5(told["once"], str(keys[told["once"]]))


def report_of(person: RosterPerson, areas: Mapping[int, Area], at: datetime, blind: Blind = blind_key) -> dict | None:
    """The row's report on how things stand; None when it says nothing about that."""
    if person.status == Status.UNKNOWN:
        return None
    content = (person.collected_on, person.status, person.destination, person.employer, person.wage)
    return {
        "status": person.status, "happened_at": _happened_at(person, at), "employer_name": person.employer,
        "note": "；".join(filter(None, (person.skills, person.remark))), "wage": person.wage,
        "destination": areas.get(person.destination), "once": once_of(person, *content, blind=blind),
    }  # fmt: skip


def _happened_at(person: RosterPerson, at: datetime) -> datetime:
    """Noon of the day on the roster; a roster of this morning has happened by now."""
    if person.collected_on is None:
        return at
    return min(local_moment(person.collected_on, NOON), at)


def tags_of(person: RosterPerson, at: datetime) -> tuple[str, ...]:
    age = age_on(person.birth_date, local_day(at))
    told = {
        Tag.LIFTED_OUT: person.lifted_out,
        Tag.RELOCATED: person.relocated,
        Tag.MINOR_16_17: age < ADULT,
    }
    return tuple(tag for tag, holds in told.items() if holds)
