"""Words that are stored, and the sets of them that rules speak of."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LICENSED_FROM = 1000
"""People expected from which a fair needs a police licence (Regulation on Large Mass Activities, art. 2)."""

LICENCE_NOTICE = timedelta(days=20)
"""The organiser applies to the public security bureau this long before the day (the same, art. 13)."""

MOST_WISHES = 3


class LicencePaper(models.TextChoices):
    """What goes to the public security bureau with the application (the same, art. 13)."""

    ORGANISER = "organiser", _("proof that the organiser is lawfully set up, and ID of the person in charge of safety")
    PLAN = "plan", _("plan of the event; with several organisers also their agreement")
    SAFETY = "safety", _("safety plan: staff, fire, entrances, first aid, emergencies")
    VENUE = "venue", _("written consent of whoever runs the venue")


class FairState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("fair state", "planned")
    OPEN = "open", pgettext_lazy("fair state", "inviting")
    RUNNING = "running", pgettext_lazy("fair state", "under way")
    FINISHED = "finished", pgettext_lazy("fair state", "finished")
    CANCELLED = "cancelled", pgettext_lazy("fair state", "cancelled")


TAKES_REFERRALS = (FairState.OPEN, FairState.RUNNING)
NOT_OVER = (FairState.PLANNED, *TAKES_REFERRALS)
OVER = (FairState.FINISHED, FairState.CANCELLED)


class Result(models.TextChoices):
    INTENT = "intent", pgettext_lazy("result at a fair", "intent")
    SECOND_INTERVIEW = "second_interview", pgettext_lazy("result at a fair", "second interview")
    HIRED = "hired", pgettext_lazy("result at a fair", "hired")
    NO_MATCH = "no_match", pgettext_lazy("result at a fair", "no match")
    NO_SHOW = "no_show", pgettext_lazy("result at a fair", "did not come")


PROMISES = (Result.INTENT, Result.SECOND_INTERVIEW)
STILL_OPEN = ("", *PROMISES)
"""Results after which the referral still waits for an answer. An intent is not a placement."""


class NoMatchReason(models.TextChoices):
    POST = "post", _("the post does not suit")
    WAGE = "wage", _("the wage does not suit")
    CARE = "care", _("must look after family")
    NOT_INTERVIEWED = "not_interviewed", _("was not interviewed")
    REFUSED = "refused", _("the employer said no")


class Withdrawal(models.TextChoices):
    CASE_MOVED_ON = "case_moved_on", _("the case went another way")
    CANNOT_COME = "cannot_come", _("cannot come")
    FAIR_CANCELLED = "fair_cancelled", _("the fair was cancelled")
    TAKEN_BACK = "taken_back", _("the referral was taken back")
    NOT_TOLD = "not_told", _("the fair ended before they were told of it")
    HAS_A_JOB = "has_a_job", _("came to look, has a job")
    CHECK_IN_UNDONE = "check_in_undone", _("registered at the door by mistake")
