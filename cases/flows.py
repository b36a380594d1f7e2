"""Who acts next. The flow reads the state of the case and opens the step; it never sets a state."""

from django.shortcuts import redirect
from viewflow import this
from viewflow.workflow import flow, lock

from cases import work_items
from cases.choices import Step
from cases.models import Case, CaseProcess


def open_case_page(request, **kwargs):
    """viewflow wants a view for a human step; ours is the case page."""
    return redirect("cases:case", request.activation.process.artifact_object_id)


def case_of(activation) -> Case:
    return activation.process.artifact


def leads_to(step: str):
    """Condition of the hub: is this the step that the case's state asks for?"""

    def is_next(activation) -> bool:
        return case_of(activation).step == step

    return is_next


class HumanStep(flow.View):
    """A step done by a cadre. When viewflow opens its task, the work item that lists read is written beside it."""

    def __init__(self, step: str, **kwargs):
        super().__init__(open_case_page, **kwargs)
        self.step = step
        self._on_create = self.write_work_item

    def write_work_item(self, activation) -> None:
        item = work_items.build(
            case=case_of(activation),
            step=self.step,
            plan=activation.process.plan,
            task_id=activation.task.pk,
        )
        item.save(force_insert=True)


class PlacementFlow(flow.Flow):
    """From a flag to a job"""

    process_class = CaseProcess
    lock_impl = lock.SelectForUpdateLock(nowait=False, attempts=1)

    start = flow.StartHandle(this.carry_case).Next(this.route)

    route = (
        flow.Switch()
        .Case(this.contact, leads_to(Step.CONTACT))
        .Case(this.refer, leads_to(Step.REFER))
        .Case(this.result, leads_to(Step.RESULT))
        .Case(this.travel, leads_to(Step.TRAVEL))
        .Case(this.follow_up, leads_to(Step.FOLLOW_UP))
        .Default(this.end)
    )

    contact = HumanStep(Step.CONTACT).Next(this.route)
    refer = HumanStep(Step.REFER).Next(this.route)
    result = HumanStep(Step.RESULT).Next(this.route)
    travel = HumanStep(Step.TRAVEL).Next(this.route)
    follow_up = HumanStep(Step.FOLLOW_UP).Next(this.route)

    end = flow.End()

    def carry_case(self, activation, *, case, plan):
        """The case is the artifact; the plan is only passed through to the first step."""
        activation.process.artifact = case
        activation.process.plan = plan
        return activation.process
