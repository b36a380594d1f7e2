from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from areas import ranges
from areas.querysets import AreaQuerySet, HolidayManager
from areas.ranges import Level


class Area(models.Model):
    """One division, from province to village. Its code is its key and, with its level, a range of codes.

    One tree serves homes (Bijie down to the village) and destinations (all China down to the county).
    """

    class Kind(models.TextChoices):
        DIVISION = "division", pgettext_lazy("division", "Division")
        PLACEHOLDER = "placeholder", _("Placeholder of the statistical office")
        ZONE = "zone", _("Development or management zone")
        SUBDISTRICT = "subdistrict", pgettext_lazy("division", "Subdistrict")
        TOWN = "town", pgettext_lazy("division", "Town")
        RURAL_TOWNSHIP = "rural_township", pgettext_lazy("division", "Rural township")
        ETHNIC_TOWNSHIP = "ethnic_township", pgettext_lazy("division", "Ethnic township")
        VILLAGE = "village", pgettext_lazy("division", "Village")
        COMMUNITY = "community", pgettext_lazy("division", "Community")

    class PointMethod(models.TextChoices):
        """How good lon and lat are. Everything but the first three is a stand-in and must be said so."""

        SEAT = "seat", _("Seat of government")
        TOWN_BOX = "town_box", _("Centre of the township's bounding box, several km off")
        TOWN_POINT = "town_point", _("Point of the township")
        TOWNSHIP = "township", _("Stand-in: its township")
        COUNTY_SEAT = "county_seat", _("Stand-in: its county seat")
        PREFECTURE = "prefecture", _("Stand-in: its prefecture")
        INVENTED = "invented", _("Invented for the demo")
        NONE = "none", _("Not known")

    code = models.BigIntegerField(_("code"), primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=60)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.DIVISION)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    valid_from = models.DateField(_("exists from"), null=True, blank=True)
    valid_to = models.DateField(_("no longer from"), null=True, blank=True)
    mca_code = models.CharField(_("code at the Ministry of Civil Affairs"), max_length=9, blank=True)
    lon = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    lat = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    point_method = models.CharField(
        _("where the point comes from"), max_length=12, choices=PointMethod.choices, default=PointMethod.NONE
    )

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        indexes = [models.Index(fields=["level", "name"], name="area_by_level_and_name")]
        constraints = [
            models.CheckConstraint(condition=Q(code__gte=10**11) & Q(code__lt=10**12), name="area_code_has_12_digits"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lt=F("valid_to")),
                name="area_begins_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None, point_method="none")
                | (Q(lon__isnull=False, lat__isnull=False) & ~Q(point_method="none")),
                name="area_point_says_how_it_is_known",
            ),
            models.CheckConstraint(
                condition=Q(parent=None, level="province") | (Q(parent__isnull=False) & ~Q(level="province")),
                name="area_only_provinces_have_no_parent",
            ),
        ]

    def __str__(self):
        """The short everyday name in the reader's language."""
        return self.local_name if is_chinese() else self.name_en

    @property
    def low(self) -> int:
        return self.code

    @property
    def high(self) -> int:
        """First code that is no longer inside."""
        return ranges.range_of(self.code, self.level)[1]

    @property
    def local_name(self) -> str:
        """Official name, but 凤坪村 and 天河社区 for the village and residents' committees."""
        return self.short_name if self.level == Level.VILLAGE else self.name

    def contains(self, code: int) -> bool:
        return self.low <= code < self.high


class OtherName(models.Model):
    """A name or code an area also goes by: before it was renamed, or in another ministry's list.

    Rosters and ID numbers still carry them: 黔西县 (520522) is 黔西市 (520581) today.
    """

    class Why(models.TextChoices):
        FORMER = "former", _("Former name")
        SPELLING = "spelling", _("Another spelling")

    area = models.ForeignKey(Area, models.CASCADE, related_name="other_names", verbose_name=_("area"))
    name = models.CharField(_("name"), max_length=60)
    code = models.BigIntegerField(_("code at the time"), null=True, blank=True)
    why = models.CharField(_("why"), max_length=10, choices=Why.choices)
    from_year = models.PositiveSmallIntegerField(_("from year"), null=True, blank=True)
    to_year = models.PositiveSmallIntegerField(_("until year"), null=True, blank=True)

    class Meta:
        ordering = ["area", "name"]
        verbose_name = _("other name of an area")
        verbose_name_plural = _("other names of areas")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name", "code"], nulls_distinct=False, name="other_name_once_an_area"
            )
        ]

    def __str__(self):
        return self.name


class Holiday(models.Model):
    """A day on which the calendar differs from the week: a public holiday, or a weekend day worked for it."""

    date = models.DateField(_("date"), primary_key=True)
    is_working_day = models.BooleanField(
        _("worked"), default=False, help_text=_("Ticked for a Saturday or Sunday worked in exchange.")
    )
    name = models.CharField(_("name"), max_length=60)

    objects = HolidayManager()

    class Meta:
        ordering = ["date"]
        verbose_name = _("holiday or make-up day")
        verbose_name_plural = _("holidays and make-up days")
        constraints = [
            models.CheckConstraint(
                condition=Q(date__gte=date(2000, 1, 1), date__lte=date(2099, 12, 31)), name="holiday_in_our_century"
            ),
            models.CheckConstraint(
                condition=Q(is_working_day=False) | Q(date__iso_week_day__gte=6), name="worked_in_exchange_at_weekends"
            ),
        ]

    def __str__(self):
        return f"{self.date:%Y-%m-%d} {self.name}"


def is_chinese() -> bool:
    return (get_language() or "zh-hans").startswith("zh")
