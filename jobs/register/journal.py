"""How the timeline reads the lines of this app."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from jobs.models import Introduction, Letter, Placement
from kit.templatetags.wayfare import thousands
from workers.journal.words import day, label, register


def _monthly(data: Mapping) -> str:
    wage = data.get("wage")
    return str(_("wage not given")) if wage is None else str(_("{n} yuan a month")).format(n=thousands(wage))


def _job(data: Mapping) -> str:
    """An employer whom nobody had entered has no post of ours."""
    said = _("{employer}, {post}") if data.get("post") else "{employer}"
    return str(said).format(employer=data.get("employer") or "—", post=data.get("post"))


register(
    {
        "introduced": ("send", _("Introduced to {employer}: {post}.")),
        "introduction_answered": ("message", _("{employer}, {post}: {result}. {note}")),
        "employer_deciding": ("hourglass-high", _("{employer} is still deciding about {post}.")),
        "placement_confirmed": (
            "building-factory-2",
            _("Job confirmed: {job}, {wage}. How we know: {evidence}."),
        ),
        "placement_ended": ("logout", _("Job at {employer} ended on {ended_on}: {because}. {note}")),
        "letter_issued": ("file-certificate", _("Letter {serial} issued for {employer}.")),
        "letter_printed": ("printer", _("Letter {serial} printed.")),
        "letter_reprinted": ("printer", _("Letter {serial} printed again, print {print}.")),
        "letter_undone": ("arrow-back-up", _("Letter {serial} taken back the same day.")),
        "letter_revoked": ("ban", _("Letter {serial} revoked: {because}.")),
        "receipt_undone": ("arrow-back-up", _("Receipt of letter {serial} taken back: {result} was a mistake.")),
        "receipt_recorded": ("file-text", _("Receipt of letter {serial}: {result}. {note}")),
    },
    values={
        "result": lambda value: label(Introduction.Result)(label(Letter.Receipt)(value)),
        "because": label(Placement.Ended),
        "evidence": label(Placement.Evidence),
        "ended_on": day,
    },
    derived={"wage": _monthly, "job": _job},
)
