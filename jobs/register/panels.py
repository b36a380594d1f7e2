"""What the case page shows and offers of this app."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases import panels
from cases.choices import Step
from jobs.models import Introduction
from jobs.policies import LETTER_MAKERS, PLACERS, RECOMMENDERS


def waits_for_a_result(case_id: int) -> bool:
    return Introduction.objects.open().filter(case=case_id).exists()


panels.register("jobs", "jobs:panel", pgettext_lazy("case panel", "Job and letter"), "building-factory-2", order=10)

panels.register_action(Step.REFER, "jobs:introduce", _("Introduce to an employer"), RECOMMENDERS, order=20)
panels.register_action(Step.REFER, "jobs:place", _("Has a job: confirm it"), PLACERS, order=40)
panels.register_action(
    Step.RESULT,
    "jobs:introduction_result",
    _("Record what the employer said"),
    RECOMMENDERS,
    order=10,
    fits=waits_for_a_result,
)
panels.register_action(Step.RESULT, "jobs:place", _("Hired elsewhere"), PLACERS, order=40)
panels.register_action(Step.TRAVEL, "jobs:issue_letter", _("Issue a placement letter"), LETTER_MAKERS, order=30)
