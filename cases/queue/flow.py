"""Who acts next. The flow reads the state of the case and opens the step; it never sets a state."""

from django.shortcuts import redirect
from django.utils.timezone import now
from viewflow import this
from viewflow.workflow import flow, lock, nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.signals import flow_finished
from viewflow.workflow.status import PROCESS, STATUS

from cases.choices import Step
from cases.models import Case, CaseProcess
from cases.queue import items


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


class HumanStepActivation(nodes.ViewActivation):
    """viewflow's own, and one more way to be assigned."""

    @Activation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.ASSIGNED)
    def take(self, user):
        """Assigned to whoever is finishing it this moment: `execute` saves the row, so this does not."""
        self.task.owner = user


class HubActivation(nodes.SwitchActivation):
    """viewflow's own in one statement instead of four: the task is written as passed, and then it chooses."""

    @classmethod
    def create(cls, flow_task, prev_activation, token, data=None, seed=None):
        task = flow_task.flow_class.task_class(
            process=prev_activation.process,
            flow_task=flow_task,
            token=token,
            status=STATUS.DONE,
            finished=now(),
        )
        task.save(force_insert=True)
        task.previous.add(prev_activation.task)
        return cls(task)

    @Activation.status.super()
    def create_next(self):
        """A hub that cannot route takes the whole step with it."""
        chosen = next(node for node, leads in self.flow_task._branches if leads is None or leads(self))
        yield chosen._create(self, self.task.token)


class Hub(flow.Switch):
    """The one switch to which every human step returns."""

    activation_class = HubActivation


class LastActivation(nodes.EndActivation):
    """viewflow's own for a course that has one token only: nothing else can still be open."""

    @Activation.status.super()
    def activate(self):
        self.task.started = self.process.finished = now()
        self.process.status = PROCESS.DONE
        self.process.save()
        flow_finished.send(sender=self.flow_class, process=self.process, task=self.task)


class LastStop(flow.End):
    activation_class = LastActivation


class HumanStep(flow.View):
    """A step done by a cadre. When viewflow opens its task, the work item that lists read is written beside it."""

    activation_class = HumanStepActivation

    def __init__(self, step: str, **kwargs):
        super().__init__(open_case_page, **kwargs)
        self.step = step
        self._on_create = self.write_work_item

    def write_work_item(self, activation) -> None:
        item = items.build(
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
        Hub()
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

    end = LastStop()

    def carry_case(self, activation, *, case, plan):
        """The case is the artifact; the plan is only passed through to the first step."""
        activation.process.artifact = case
        activation.process.plan = plan
        return activation.process
