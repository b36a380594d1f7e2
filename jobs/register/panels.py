"""What the case page shows and offers of this app."""

from django.db.models import Exists
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases import panels
from cases.choices import Step
from jobs.models import Introduction, Letter, Placement
from kit.days import local_day
from staff.roles import ABOVE_VILLAGE, CASEWORKERS, PLACERS


def waits_for_a_result(case_id: int) -> bool:
    return Introduction.objects.open().filter(case=case_id).exists()


def lacks_a_letter(case_id: int) -> bool:
    """Who has one that stands gets another only from the panel."""
    standing = Exists(Letter.objects.standing_for_each(local_day(now())))
    placement = Placement.objects.current().filter(case=case_id).annotate(has_letter=standing).first()
    return placement is None or not placement.has_letter


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
panels.register_action(
    Step.TRAVEL,
    "jobs:issue_letter",
    _("Issue a placement letter"),
    ABOVE_VILLAGE,
    order=30,
    fits=lacks_a_letter,
)
