"""Why a fair puts a case on a cadre's list."""

from django.utils.translation import gettext_lazy as _

from cases.reasons import register

register(
    {
        "fair": _("Invited to {fair}, please ask how it went"),
        "ask_employer": _("Intent at {fair}: please ask the employer for the answer"),
        "fair_no_match": _("No match at {fair}, please recommend another job"),
        "fair_no_show": _("Did not come to {fair}, please ask why and recommend another job"),
        "fair_cancelled": _("{fair} was cancelled, please recommend another job"),
        "fair_cannot_come": _("Says by text that they cannot come to {fair}, please call"),
        "fair_check_in_undone": _("Was registered at {fair} by mistake, please recommend a job"),
        "fair_walked_in": _("Came to {fair} instead"),
        "fair_taken_back": _("Not referred to {fair} after all, please recommend a job"),
        "fair_not_told": _("{fair} ended before they were told of it, please recommend another job"),
        "fair_missed": _("{fair} is over, please recommend another job"),
    }
)
