"""What the case page shows and offers of this app."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases import panels
from cases.choices import Step
from jobs.policies import LETTER_MAKERS, PLACERS, RECOMMENDERS

panels.register("jobs", "jobs:panel", pgettext_lazy("case panel", "Job and letter"), "briefcase", order=10)

panels.register_action(Step.REFER, "jobs:introduce", _("Introduce to an employer"), RECOMMENDERS, order=20)
panels.register_action(Step.REFER, "jobs:place", _("Hired already: confirm the job"), PLACERS, order=40)
panels.register_action(
    Step.RESULT, "jobs:introduction_result", _("Record what the employer said"), RECOMMENDERS, order=10
)
panels.register_action(Step.RESULT, "jobs:place", _("Hired elsewhere: confirm the job"), PLACERS, order=40)
panels.register_action(Step.TRAVEL, "jobs:issue_letter", _("Issue a placement letter"), LETTER_MAKERS, order=30)
