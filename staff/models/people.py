from datetime import date
from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from areas.ranges import Range, is_inside
from kit.days import local_day
from kit.keys import area_key, staff_key
from staff.querysets import AccessLogQuerySet, PostingQuerySet, UserManager
from staff.refusals import UsersAreNotDeleted
from staff.roles import Role


class User(AbstractUser):
    """Someone who serves workers. Deactivated when they leave, never deleted: the journal names them."""

    class Language(models.TextChoices):
        BROWSER = "", _("As the browser asks")
        CHINESE = "zh-hans", "简体中文"
        ENGLISH = "en", "English"

    class Theme(models.TextChoices):
        AUTO = "auto", _("Like the device")
        LIGHT = "light", pgettext_lazy("theme", "Light")
        DARK = "dark", pgettext_lazy("theme", "Dark")

    first_name = None
    last_name = None
    display_name = models.CharField(_("name"), max_length=40)
    phone = models.CharField(_("work phone"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, blank=True, default="")
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO)

    objects = UserManager()

    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(condition=Q(language__in=["", "zh-hans", "en"]), name="user_language_is_known"),
            models.CheckConstraint(condition=Q(theme__in=["auto", "light", "dark"]), name="user_theme_is_known"),
            models.UniqueConstraint(Lower("username"), name="username_once_whatever_its_capitals"),
        ]

    def __str__(self):
        return self.display_name or self.username

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)

    def delete(self, *args, **kwargs):
        raise UsersAreNotDeleted

    def postings_on(self, today: date) -> list["Posting"]:
        """Widest first, so that the first one says where this person is at home."""
        postings = self.postings.current(today).select_related("area")
        return sorted(postings, key=lambda posting: (posting.area.low - posting.area.high, posting.pk))

    @cached_property
    def current_postings(self) -> list["Posting"]:
        """Today's, read once for each instance, that is once a request. Someone deactivated has none."""
        return self.postings_on(local_day(timezone.now())) if self.is_active and self.pk else []

    @property
    def home_area(self):
        """Area of the widest current posting, or None."""
        return self.home_area_as(*Role)

    def home_area_as(self, *roles: str):
        """Of the widest in one of these roles."""
        return next((posting.area for posting in self.current_postings if posting.role in roles), None)

    def has_role_anywhere(self, *roles: str) -> bool:
        """For menus and pages of lists, whose rows are then asked for each: no right to any row follows from it."""
        return any(posting.role in roles for posting in self.current_postings)

    def ranges_as(self, *roles: str) -> tuple[Range, ...]:
        """Where one of these roles is held today, as half-open ranges of area codes. There is no range without a role:
        an auditor of the county may be a cadre of one village.
        """
        return tuple(sorted({(p.area.low, p.area.high) for p in self.current_postings if p.role in roles}))

    def has_role_in(self, code: int, *roles: str) -> bool:
        """In a posting that covers this area."""
        return is_inside(code, self.ranges_as(*roles))

    def has_role_around(self, area, *roles: str) -> bool:
        """In a posting that covers this area or lies inside it: a township's cadre leads a bus of the county."""
        held = (posting.area for posting in self.current_postings if posting.role in roles)
        return any(place.contains(area.pk) or area.contains(place.pk) for place in held)

    def roles_in(self, code: int) -> frozenset[str]:
        """Of the postings that cover this area."""
        return frozenset(p.role for p in self.current_postings if p.area.contains(code))


class Posting(models.Model):
    """A role in an area, from a day to a day. What a person may see and do follows from the current ones.

    The same role in the same area may be held twice, but not twice at once: an exclusion constraint
    (migration 0002) refuses overlapping periods.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="postings", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    area = area_key(_("area"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    # who takes what is in hand after the last day, null: whoever serves there; and when they did
    successor = staff_key(_("taken over by"), editable=False)
    handed_on_at = models.DateTimeField(null=True, editable=False)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        indexes = [
            models.Index(
                fields=["ends_on"], condition=Q(ends_on__isnull=False, handed_on_at=None), name="posting_to_hand_on"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="posting_role_is_known"),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=F("user")), name="posting_passes_to_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="posting_begins_before_it_ends"
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.role} {self.area_id}"


class AccessLog(models.Model):
    """Someone opened a worker's record, unmasked a number, printed or exported. Append-only by trigger.

    `worker_id` is a plain number: staff stands below workers and may not point up.
    """

    class What(models.TextChoices):
        OPENED_RECORD = "opened_record", _("Opened the record")
        REVEALED_ID = "revealed_id", _("Looked at the full ID number")
        REVEALED_PHONE = "revealed_phone", _("Looked at the full phone number")
        PRINTED = "printed", _("Printed a paper")
        EXPORTED = "exported", _("Exported a list")

    user = models.ForeignKey(User, models.PROTECT, db_index=False, related_name="+", verbose_name=_("who"))
    worker_id = models.BigIntegerField(_("worker"))
    what = models.CharField(_("what"), max_length=16, choices=What.choices)
    at = models.DateTimeField(_("when"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    ip = models.GenericIPAddressField(_("network address"), null=True, blank=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("access to a record")
        verbose_name_plural = _("accesses to records")
        indexes = [
            models.Index(fields=["worker_id", "-at"], name="access_by_worker"),
            models.Index(fields=["user", "-at"], name="access_by_user"),
            models.Index(fields=["at"], name="access_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(what__in=["revealed_id", "revealed_phone"]) | ~Q(reason=""),
                name="access_unmasking_has_a_reason",
            )
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.user} {self.what} {self.worker_id}"


class StaffChange(models.Model):
    """Somebody changed a colleague's postings or account, or chose a password by the link. Append-only by trigger."""

    class What(models.TextChoices):
        POSTED = "posted", pgettext_lazy("staff change", "Gave a posting")
        POSTING_ENDED = "posting_ended", pgettext_lazy("staff change", "Set the last day of a posting")
        DEACTIVATED = "deactivated", pgettext_lazy("staff change", "Closed the account")
        REACTIVATED = "reactivated", pgettext_lazy("staff change", "Reopened the account")
        CREATED = "created", pgettext_lazy("staff change", "Opened the account")
        LINK_GIVEN = "link_given", pgettext_lazy("staff change", "Gave a link to choose a password")
        PASSWORD_CHOSEN = "password_chosen", pgettext_lazy("staff change", "Chose a password by the link")
        UNLOCKED = "unlocked", pgettext_lazy("staff change", "Let them try to sign in again")
        CORRECTED = "corrected", pgettext_lazy("staff change", "Corrected name or work phone")
        POSTING_GOES_ON = "posting_goes_on", pgettext_lazy("staff change", "Took back the last day of a posting")
        FACTOR_ON = "factor_on", pgettext_lazy("staff change", "Set up the code at sign-in")
        FACTOR_OFF = "factor_off", pgettext_lazy("staff change", "Turned the code at sign-in off")
        FACTOR_RESET = "factor_reset", pgettext_lazy("staff change", "Reset the code at sign-in")
        CODES_MADE = "codes_made", pgettext_lazy("staff change", "Made new recovery codes")
        RECOVERY_USED = "recovery_used", pgettext_lazy("staff change", "Signed in with a recovery code")
        NOT_ME = "not_me", pgettext_lazy("staff change", "Said that a sign-in was somebody else's")
        SESSIONS_ENDED = "sessions_ended", pgettext_lazy("staff change", "Signed them out everywhere")

    user = models.ForeignKey(User, models.PROTECT, db_index=False, related_name="changes", verbose_name=_("user"))
    what = models.CharField(_("what"), max_length=16, choices=What.choices)
    by = models.ForeignKey(User, models.PROTECT, db_index=False, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"))
    posting = models.ForeignKey(
        Posting, models.PROTECT, db_index=False, null=True, related_name="+", verbose_name=_("posting")
    )
    day = models.DateField(_("first or last day"), null=True)

    class Meta:
        verbose_name = _("change of staff")
        verbose_name_plural = _("changes of staff")
        indexes = [models.Index(fields=["user", "-at"], name="staff_change_by_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    what__in=["posted", "posting_ended", "posting_goes_on"], posting__isnull=False, day__isnull=False
                )
                | (~Q(what__in=["posted", "posting_ended", "posting_goes_on"]) & Q(posting=None, day=None)),
                name="staff_change_names_its_posting",
            ),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.what} {self.user}"
