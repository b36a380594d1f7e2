"""Every list of words a worker's record is made of. The stored strings never change; the labels may."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Sex(models.TextChoices):
    FEMALE = "F", pgettext_lazy("sex", "Female")
    MALE = "M", pgettext_lazy("sex", "Male")


class Status(models.TextChoices):
    EMPLOYED_OUTSIDE_PROVINCE = "employed_outside_province", _("Working outside the province")
    EMPLOYED_IN_PROVINCE = "employed_in_province", _("Working in the province")
    EMPLOYED_IN_CITY = "employed_in_city", _("Working in the city")
    EMPLOYED_IN_COUNTY = "employed_in_county", _("Working in the county")
    FARMING = "farming", _("Farming at home")
    RETURNED_GOING_BACK = "returned_going_back", _("Back home, going back soon")
    RETURNED_STAYING = "returned_staying", _("Back home, staying")
    UNEMPLOYED_WILLING = "unemployed_willing", _("Out of work, wants work")
    NOT_WILLING = "not_willing", _("Does not want work")
    STUDENT = "student", _("Studying")
    ARMY = "army", _("In the army")
    UNABLE = "unable", _("Not able to work")
    UNREACHABLE = "unreachable", pgettext_lazy("status", "Unreachable")
    MOVED = "moved", _("Moved away")
    DECEASED = "deceased", _("Deceased")
    OVER_AGE = "over_age", _("Over working age")
    DUPLICATE = "duplicate", _("Recorded twice")
    UNKNOWN = "unknown", pgettext_lazy("status", "Not known")


EMPLOYED = frozenset(
    {
        Status.EMPLOYED_OUTSIDE_PROVINCE,
        Status.EMPLOYED_IN_PROVINCE,
        Status.EMPLOYED_IN_CITY,
        Status.EMPLOYED_IN_COUNTY,
    }
)
OUT_OF_WORK = frozenset({Status.RETURNED_STAYING, Status.UNEMPLOYED_WILLING})
# Work to live on, so the household is not without: wages, a farm, or a job that waits.
HAS_WORK = EMPLOYED | {Status.FARMING, Status.RETURNED_GOING_BACK}


class Source(models.TextChoices):
    """How a fact became known."""

    SELF = "self", pgettext_lazy("source", "The worker said so")
    VISIT = "visit", pgettext_lazy("source", "Visit")
    CALL = "call", pgettext_lazy("source", "Phone call")
    IMPORT = "import", pgettext_lazy("source", "Roster import")
    EMPLOYER = "employer", pgettext_lazy("source", "The employer said so")
    SYSTEM = "system", pgettext_lazy("source", "The system")


class Rule(models.TextChoices):
    """Why a flag was raised. The last six are kept for later stages."""

    SELF_REPORTED = "self_reported", _("Says they are out of work")
    RELAPSED = "relapsed", _("Lost the job again")
    LIFTED_OUT_OUT_OF_WORK = "lifted_out_out_of_work", _("Lifted out of poverty and out of work")
    RETURNED_NOT_BACK = "returned_not_back", _("Home since the festival, not back at work")
    ZERO_EMPLOYMENT = "zero_employment", _("Nobody in the household has work")
    STALE = "stale", _("Record not verified for long")
    PLACEMENT_FELL_THROUGH = "placement_fell_through", _("The job fell through")
    WAGE_TROUBLE = "wage_trouble", _("Trouble with wages")
    LAID_OFF = "laid_off", _("The employer is laying off")


class Tag(models.TextChoices):
    LIFTED_OUT = "lifted_out", pgettext_lazy("tag", "Lifted out of poverty")
    MONITORED_UNSTABLE = "monitored_unstable", pgettext_lazy("tag", "Monitored: unstable since lifted out")
    MONITORED_MARGINAL = "monitored_marginal", pgettext_lazy("tag", "Monitored: at the edge of poverty")
    MONITORED_SUDDEN = "monitored_sudden", pgettext_lazy("tag", "Monitored: sudden hardship")
    RELOCATED = "relocated", pgettext_lazy("tag", "Relocated household")
    ZERO_EMPLOYMENT = "zero_employment", pgettext_lazy("tag", "Zero-employment family")
    DIFFICULTY = "difficulty", pgettext_lazy("tag", "Employment difficulty")
    DISABLED = "disabled", pgettext_lazy("tag", "Disabled")
    LOW_SECURITY = "low_security", pgettext_lazy("tag", "Low-security household")
    GRADUATE = "graduate", pgettext_lazy("tag", "Graduate")
    VETERAN = "veteran", pgettext_lazy("tag", "Veteran")
    EX_FISHER = "ex_fisher", pgettext_lazy("tag", "Former fisher")
    LANDLESS = "landless", pgettext_lazy("tag", "Lost farmland")
    MINOR_16_17 = "minor_16_17", pgettext_lazy("tag", "Minor worker (16-17)")


KEY_PLUS_TAGS = frozenset({Tag.ZERO_EMPLOYMENT, Tag.MONITORED_UNSTABLE, Tag.MONITORED_MARGINAL, Tag.MONITORED_SUDDEN})
# A minor is protected, not hurried: the tag alone chooses no faster clock.
KEY_TAGS = frozenset(Tag.values) - KEY_PLUS_TAGS - {Tag.MINOR_16_17}


class WishedStart(models.TextChoices):
    """From when somebody could start a job."""

    NOW = "now", pgettext_lazy("can start", "At once")
    THIS_MONTH = "this_month", pgettext_lazy("can start", "Within a month")
    HARVEST = "harvest", pgettext_lazy("can start", "After the harvest")
    FESTIVAL = "festival", pgettext_lazy("can start", "After the festival")


class ServiceGroup(models.TextChoices):
    """Which clocks run: the order of the three columns in the table of deadlines."""

    KEY_PLUS = "key_plus", pgettext_lazy("service group", "Zero-employment or monitored")
    KEY = "key", pgettext_lazy("service group", "Other key group")
    GENERAL = "general", pgettext_lazy("service group", "General")


class HouseholdRole(models.TextChoices):
    HEAD = "head", pgettext_lazy("household", "Head of household")
    SPOUSE = "spouse", pgettext_lazy("household", "Spouse")
    CHILD = "child", pgettext_lazy("household", "Son or daughter")
    CHILD_IN_LAW = "child_in_law", pgettext_lazy("household", "Son- or daughter-in-law")
    PARENT = "parent", pgettext_lazy("household", "Parent")
    SIBLING = "sibling", pgettext_lazy("household", "Brother or sister")
    OTHER = "other", pgettext_lazy("household", "Other")


class VerifiedHow(models.TextChoices):
    VISIT = "visit", pgettext_lazy("verified by", "Visit at home")
    CALL = "call", pgettext_lazy("verified by", "Phone call")
    PAPERS = "papers", pgettext_lazy("verified by", "Papers seen")
    RELATIVE = "relative", pgettext_lazy("verified by", "A relative said so")
    IMPORT = "import", pgettext_lazy("verified by", "Roster import")


class RevealReason(models.TextChoices):
    """Why somebody needs a number in full. The worker may read it."""

    CALL = "call", pgettext_lazy("reason to see a number", "To call the worker")
    PAPER = "paper", pgettext_lazy("reason to see a number", "For a letter, slip or manifest")
    CARD = "card", pgettext_lazy("reason to see a number", "To compare it with the card")
    HAND_OVER = "hand_over", pgettext_lazy("reason to see a number", "To hand the matter over to another office")
    ASKED = "asked", pgettext_lazy("reason to see a number", "The worker asked for it")


# The four answers to "where do they want to go?": stored as rosters write them, said in the reader's language.
WISHED_PLACES = {
    "省外": _("Other province"),
    "省内": _("In the province"),
    "县内": _("Nearby"),
    "都可以": pgettext_lazy("place of work", "Anywhere"),
}


def spoken_place(text: str) -> str:
    """Somebody's own words stay as they are."""
    return str(WISHED_PLACES.get(text, text))
