"""What this app puts on the case page."""

from django.utils.translation import gettext_lazy as _

from cases import panels
from cases.choices import Step
from staff.roles import BOOKERS

panels.register("transport", "transport:panel", _("Travel"), "bus", order=40)
panels.register_action(Step.TRAVEL, "transport:book_for_case", _("Book a seat"), BOOKERS, order=10)
