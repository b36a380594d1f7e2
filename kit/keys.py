"""Foreign keys that many models have: to a member of staff, and to an area."""

from django.conf import settings
from django.db import models


def staff_key(verbose_name=None, **more) -> models.ForeignKey:
    """Who it is or did it; null as long as nobody has, or where the system did. No way back unless `more` names one."""
    options = {"null": True, "blank": True, "related_name": "+"} | more
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=verbose_name, **options)


def area_key(verbose_name=None, *, column: str = "area_code", **more) -> models.ForeignKey:
    """Where it is; an area's key is its code of twelve digits, and the column says so."""
    options = {"db_column": column, "related_name": "+"} | more
    return models.ForeignKey("areas.Area", models.PROTECT, verbose_name=verbose_name, **options)
