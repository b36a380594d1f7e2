"""Who acts next. The flow reads the state of the case and opens the step; it never sets a state."""

from django.shortcuts import redirect
from django.utils.timezone import now
from viewflow import this
from viewflow.workflow import flow, lock, nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Node
from viewflow.workflow.nodes.start import StartHandleActivation
from viewflow.workflow.signals import flow_finished, flow_started, task_finished, task_started
from viewflow.workflow.status import STATUS

from cases.choices import Step
from cases.models import Case, CaseProcess, WorkItem
from cases.queue import course, items


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


class FirstActivation(StartHandleActivation):
    """viewflow's own in one statement instead of twelve, for a case that has a step."""

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.DONE)
    def execute(self):
        hub = self.flow_task._next
        following = hub.chosen(self)
        task_started.send(sender=self.flow_class, process=self.process, task=self.task)
        item = following.item_for(self)
        course.begin(case_of(self), start=self.flow_task, hub=hub, following=following, item=item, at=now())
        task_finished.send(sender=self.flow_class, process=self.process, task=self.task)
        flow_started.send(sender=self.flow_class, process=self.process, task=self.task)


class FirstStop(flow.StartHandle):
    activation_class = FirstActivation


class HumanStepActivation(nodes.ViewActivation):
    """viewflow's own, one more way to be assigned, and a short way on."""

    @Activation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.ASSIGNED)
    def take(self, user):
        """Assigned to whoever is finishing it this moment: `execute` saves the row, so this does not."""
        self.task.owner = user

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def execute(self):
        """Done, through the hub, and on to where it leads: in one statement instead of six or more."""
        self.task.finished = now()
        hub = self.flow_task._next
        following = hub.chosen(self)
        signals = [task_finished]
        if isinstance(following, HumanStep):
            course.go_on(self.task, hub=hub, following=following, item=following.item_for(self))
        else:
            course.end(self.task, hub=hub, end=following)
            signals.append(flow_finished)
        for signal in signals:
            signal.send(sender=self.flow_class, process=self.process, task=self.task)


class Hub(flow.Switch):
    """The one switch to which every human step returns."""

    def chosen(self, activation: Activation) -> Node:
        """Where it leads from here."""
        return next(node for node, leads in self._branches if leads is None or leads(activation))


class HumanStep(flow.View):
    """A step done by a cadre. With its task the work item that lists read is written."""

    activation_class = HumanStepActivation

    def __init__(self, step: str, **kwargs):
        super().__init__(open_case_page, **kwargs)
        self.step = step

    def item_for(self, activation: Activation) -> WorkItem:
        """Unsaved."""
        return items.build(case=case_of(activation), step=self.step, plan=activation.process.plan)


class PlacementFlow(flow.Flow):
    """From a flag to a job"""

    process_class = CaseProcess
    lock_impl = lock.SelectForUpdateLock(nowait=False, attempts=1)

    start = FirstStop(this.carry_case).Next(this.route)

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

    end = flow.End()

    def carry_case(self, activation, *, case, plan):
        """The case is the artifact; the plan is only passed through to the first step."""
        activation.process.artifact = case
        activation.process.plan = plan
        return activation.process
