"""Why a fair puts a case on somebody's list, in one sentence each."""

from django.utils.translation import gettext_lazy as _

from cases.reasons import register

register(
    {
        "fair": _("Invited to “{fair}”, ask how it went"),
        "ask_employer": _("Intent at “{fair}”: ask the employer for the answer"),
        "fair_no_match": _("No match at “{fair}”, please recommend another job"),
        "fair_no_show": _("Did not come to “{fair}”, ask why and recommend another job"),
        "fair_cancelled": _("“{fair}” was cancelled, please recommend another job"),
        "fair_cannot_come": _("Cannot come to “{fair}”, please call"),
    }
)
