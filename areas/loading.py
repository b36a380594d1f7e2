"""Puts the division tree and the holiday table into the database. Safe to repeat."""

import csv
from datetime import date
from pathlib import Path

from django.db import transaction

DATA = Path(__file__).parent / "data"
BATCH = 2000


@transaction.atomic
def load_areas(area_model=None, other_name_model=None) -> int:
    """Writes every division, replacing what a row said before. Returns how many there are.

    A migration hands in its historical models; everyone else hands in nothing.
    """
    from areas import models  # deferred: migrations import this module before the models exist

    area_model = area_model or models.Area
    other_name_model = other_name_model or models.OtherName
    areas = [_area(area_model, row) for row in _read("areas.csv")]
    area_model.objects.bulk_create(
        areas, batch_size=BATCH, update_conflicts=True, unique_fields=["code"], update_fields=_updated(area_model)
    )
    others = [_other_name(other_name_model, row) for row in _read("other_names.csv")]
    other_name_model.objects.bulk_create(others, ignore_conflicts=True)
    _forget_cached_names()
    return len(areas)


@transaction.atomic
def load_holidays(holiday_model=None) -> int:
    """Writes the published calendar. A day an administrator has changed stays as it is."""
    from areas import models  # deferred: as above

    holiday_model = holiday_model or models.Holiday
    rows = _read("holidays.csv")
    days = [
        holiday_model(date=date.fromisoformat(row["date"]), is_working_day=row["kind"] == "worked", name=row["name"])
        for row in rows
    ]
    holiday_model.objects.bulk_create(days, ignore_conflicts=True)
    return len(days)


def _area(model, row: dict):
    return model(
        code=int(row["code"]),
        level=row["level"],
        kind=row["kind"],
        parent_id=int(row["parent"]) if row["parent"] else None,
        name=row["name"],
        short_name=row["short_name"],
        name_en=row["name_en"],
        mca_code=row["mca_code"],
        lon=row["lon"] or None,
        lat=row["lat"] or None,
        point_method=row["point_method"],
    )


def _other_name(model, row: dict):
    return model(
        area_id=int(row["area"]),
        name=row["name"],
        code=int(row["code"]) if row["code"] else None,
        why=row["why"],
        from_year=row["from_year"] or None,
        to_year=row["to_year"] or None,
    )


def _updated(model) -> list[str]:
    """Dates of validity are kept: they are set by hand when a division changes."""
    kept = {"code", "valid_from", "valid_to"}
    return [field.name for field in model._meta.concrete_fields if field.name not in kept]


def _read(name: str) -> list[dict]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _forget_cached_names() -> None:
    from areas import gazetteer  # deferred: as above

    gazetteer.forget()
