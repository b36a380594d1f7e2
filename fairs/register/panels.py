"""What this app puts on the case page."""

from django.utils.translation import gettext_lazy as _

from cases import panels
from cases.choices import Step
from fairs.models import FairReferral
from staff.roles import PLACERS


def waits_for_a_result(case_id: int) -> bool:
    """Somebody who has been there: before that there is nothing to record."""
    return FairReferral.objects.waiting().attended().filter(case=case_id).exists()


panels.register("fairs", "fairs:panel", _("Job fairs"), "building-store", order=30)
panels.register_bulk("fairs:refer_many", _("Refer to a fair"), "building-store", PLACERS)
panels.register_action(Step.REFER, "fairs:refer", _("Refer to a fair"), PLACERS, order=10)
panels.register_action(
    Step.RESULT,
    "fairs:case_result",
    _("Record the result of the fair"),
    PLACERS,
    order=5,
    fits=waits_for_a_result,
)
