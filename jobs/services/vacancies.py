"""Employers and their posts, as the officers keep them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jobs.models import Employer, Vacancy
from jobs.refusals import CreditCodeTaken, HeadcountBelowFilled
from kit.refusals import ReasonMissing
from kit.replays import first_row
from staff.models import User


@transaction.atomic
def add_employer(*, fields: dict, by: User | None, at: datetime, once: UUID | None = None) -> Employer:
    """`fields` are columns of Employer, checked by the form."""
    if earlier := first_row(Employer, once):
        return earlier
    _check_credit_code(fields.get("credit_code"))
    return Employer.objects.create(**fields, created_at=at, created_by=by, once=once)


@transaction.atomic
def change_employer(*, employer: Employer, changes: dict) -> Employer:
    employer = _lock(Employer, employer)
    _check_credit_code(changes.get("credit_code"), but=employer)
    return _change(employer, changes)


@transaction.atomic
def hold_employer(*, employer: Employer, because: str, by: User | None, at: datetime) -> Employer:
    """Its posts take no introductions and no placements until somebody lifts the hold. Already on hold, it stays so."""
    if not because.strip():
        raise ReasonMissing
    employer = _lock(Employer, employer)
    if employer.is_held:
        return employer
    employer.holds.create(because=because.strip(), held_at=at, held_by=by)
    return _change(employer, {"is_held": True, "hold_reason": because.strip()})


@transaction.atomic
def lift_hold(*, employer: Employer, by: User | None, at: datetime) -> Employer:
    employer = _lock(Employer, employer)
    employer.holds.filter(lifted_at=None).update(lifted_at=at, lifted_by=by)
    return _change(employer, {"is_held": False, "hold_reason": ""})


@transaction.atomic
def add_vacancy(
    *, employer: Employer, fields: dict, by: User | None, at: datetime, once: UUID | None = None
) -> Vacancy:
    """`fields` are columns of Vacancy, checked by the form."""
    if earlier := first_row(Vacancy, once):
        return earlier
    return Vacancy.objects.create(employer=employer, **fields, created_at=at, created_by=by, once=once)


@transaction.atomic
def change_vacancy(*, vacancy: Vacancy, changes: dict) -> Vacancy:
    vacancy = _lock(Vacancy, vacancy)
    if changes.get("headcount", vacancy.headcount) < vacancy.filled:
        raise HeadcountBelowFilled
    return _change(vacancy, changes)


@transaction.atomic
def close_vacancy(*, vacancy: Vacancy, by: User | None, at: datetime) -> Vacancy:
    """Those already introduced may still be hired; nobody new is introduced."""
    vacancy = _lock(Vacancy, vacancy)
    return vacancy if vacancy.closed_at else _change(vacancy, {"closed_at": at, "closed_by": by})


@transaction.atomic
def reopen_vacancy(*, vacancy: Vacancy) -> Vacancy:
    return _change(_lock(Vacancy, vacancy), {"closed_at": None, "closed_by": None})


def _lock(model, row):
    return model.objects.select_for_update().get(pk=row.pk)


def _change(row, changes: dict):
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
    return row


def _check_credit_code(code: str | None, *, but: Employer | None = None) -> None:
    others = Employer.objects.filter(credit_code=code).exclude(pk=but.pk if but else None)
    if code and others.exists():
        raise CreditCodeTaken
