"""The answers a cadre presses instead of typing."""

from datetime import timedelta

from django.forms import Form
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kit import said
from workers.choices import Status

HOW_IT_GOES = (
    (Status.UNEMPLOYED_WILLING, _("At home, looking for work")),
    (Status.RETURNED_GOING_BACK, _("Going back soon")),
    (Status.EMPLOYED_OUTSIDE_PROVINCE, _("Already working away")),
    (Status.EMPLOYED_IN_COUNTY, _("Working nearby")),
    (Status.FARMING, _("Farming, staying")),
    (Status.NOT_WILLING, _("Does not want work")),
    (Status.STUDENT, _("Studying")),
    (Status.UNABLE, _("Not able to work")),
)
STAYS_HOME = (Status.NOT_WILLING, Status.FARMING)

SUGGESTED, THIS_EVENING, TOMORROW, OWN = "suggested", "evening", "tomorrow", "own"
CHOOSE = (OWN, pgettext_lazy("choose a time", "Choose"))
IN_OWN_WORDS = (OWN, pgettext_lazy("a reason", "Something else"))

NEXT_TIMES = (
    (SUGGESTED, _("As suggested")),
    (THIS_EVENING, _("This evening")),
    (TOMORROW, _("Tomorrow morning")),
    CHOOSE,
)
PUT_OFF = (
    ("agreed", _("Agreed with the worker")),
    ("away", _("Away until then")),
    ("harvest", _("Busy with the harvest")),
    IN_OWN_WORDS,
)
WHY_NOT = (
    ("care", _("Looks after old people or children")),
    ("health", _("Poor health")),
    ("pay", _("The pay is too low")),
    ("farm", _("Has work at home")),
    ("rest", _("Wants to rest first")),
    IN_OWN_WORDS,
)
SEAT = (("yes", _("Needs a seat")), ("no", _("Goes by own means")), ("unsure", _("Not sure yet")))
SINCE = (("today", _("Today")), ("yesterday", _("Yesterday")), ("week", _("Last week")), CHOOSE)
DAYS_AGO = {"today": 0, "yesterday": 1, "week": 7}
YESTERDAY = "yesterday"
HAPPENED = (("now", _("Just now")), (YESTERDAY, _("Yesterday")), CHOOSE)
HEARD = (("today", _("Today")), (YESTERDAY, _("Yesterday")), (OWN, pgettext_lazy("when it was heard", "Earlier")))
A_DAY = timedelta(days=1)


def check_is_sure(form: Form, cleaned: dict) -> None:
    """The end of a job is not taken back like a talk: it takes a second press."""
    if not cleaned.get("sure"):
        form.add_error("sure", _("Tick that the job has ended: this cannot be taken back."))


def chosen_words(cleaned: dict, name: str, choices) -> str:
    """The chip that was pressed, as it is stored, or what was typed instead; "" when nothing was."""
    chosen = cleaned.get(name)
    if not chosen or chosen == OWN:
        return cleaned[f"{name}_words"]
    return said.stored(dict(choices)[chosen])


said.register(label for choices in (HOW_IT_GOES, PUT_OFF, WHY_NOT) for code, label in choices if code != OWN)
