"""What the case page shows and offers of this app."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases import panels
from cases.choices import Step
from jobs.models import Introduction
from staff.roles import ABOVE_VILLAGE, CASEWORKERS, PLACERS


def waits_for_a_result(case_id: int) -> bool:
    return Introduction.objects.open().filter(case=case_id).exists()


panels.register("jobs", "jobs:panel", pgettext_lazy("case panel", "Job and letter"), "building-factory-2", order=10)

panels.register_action(Step.REFER, "jobs:introduce", _("Introduce to an employer"), CASEWORKERS, order=20)
panels.register_action(Step.REFER, "jobs:place", _("Has a job: confirm it"), PLACERS, order=40)
panels.register_action(
    Step.RESULT,
    "jobs:introduction_result",
    _("Record what the employer said"),
    CASEWORKERS,
    order=10,
    fits=waits_for_a_result,
)
panels.register_action(Step.RESULT, "jobs:place", _("Hired elsewhere"), PLACERS, order=40)
panels.register_action(Step.TRAVEL, "jobs:issue_letter", _("Issue a placement letter"), ABOVE_VILLAGE, order=30)
