"""What must always hold of cases; each function counts the rows that break it."""

from functools import reduce
from operator import or_

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from viewflow.workflow.status import STATUS

from cases.choices import OPEN_STATES, ItemState, Priority, ServiceGroup, State, Step
from cases.models import Case, CaseMove, FollowUp, WorkItem
from workers.invariants import register
from workers.models import Flag

STEP_FITS_STATE = (
    Q(case__state=State.FLAGGED, step=Step.CONTACT)
    | Q(case__state=State.CONTACTED, step=Step.REFER)
    | Q(case__state=State.REFERRED, step=Step.RESULT)
    | Q(case__state=State.PLACED, case__needs_transport=True, step=Step.TRAVEL)
    | Q(case__state=State.PLACED, case__needs_transport=False, step=Step.FOLLOW_UP)
    | Q(case__state=State.TRANSPORTED, step=Step.FOLLOW_UP)
)
TASK_WAITS = Q(task__status__in=(STATUS.NEW, STATUS.ASSIGNED))


def open_cases_without_one_open_item() -> int:
    open_items = Count("work_items", filter=Q(work_items__state=ItemState.OPEN))
    return Case.objects.open().annotate(n=open_items).exclude(n=1).count()


def ended_cases_with_an_open_item() -> int:
    return WorkItem.objects.open().exclude(case__state__in=OPEN_STATES).count()


def items_whose_step_does_not_fit() -> int:
    return WorkItem.objects.open().exclude(STEP_FITS_STATE).count()


def items_whose_task_disagrees() -> int:
    waiting_but_closed = Q(TASK_WAITS, ~Q(state=ItemState.OPEN))
    open_but_done = Q(~TASK_WAITS, state=ItemState.OPEN)
    return WorkItem.objects.filter(waiting_but_closed | open_but_done).count()


def items_elsewhere_than_their_case() -> int:
    here = Q(area_id=F("case__area_id"))
    same_owner = Q(owner_id=F("case__owner_id")) | Q(owner=None, case__owner=None)
    return WorkItem.objects.open().exclude(here & same_owner).count()


def items_less_or_more_urgent_than_their_case() -> int:
    as_urgent = (Q(case__service_group=group, priority=Priority[group.name]) for group in ServiceGroup)
    return WorkItem.objects.open().exclude(reduce(or_, as_urgent)).count()


def cases_elsewhere_than_their_worker() -> int:
    return Case.objects.open().exclude(area_id=F("worker__area_id")).count()


def open_flags_without_open_case() -> int:
    has_case = Q(worker__cases__state__in=OPEN_STATES)
    return Flag.objects.open().exclude(pk__in=Flag.objects.filter(has_case).values("pk")).count()


def follow_ups_waiting_for_nobody() -> int:
    return FollowUp.objects.waiting().exclude(case__state__in=(State.PLACED, State.TRANSPORTED)).count()


def cases_elsewhere_than_their_path_leads() -> int:
    """The triggers refuse it; this counts what was loaded past them."""
    last = CaseMove.objects.filter(case=OuterRef("pk")).order_by("-pk").values("to_state")[:1]
    return Case.objects.alias(led_to=Coalesce(Subquery(last), Value(""))).exclude(state=F("led_to")).count()


def cases_that_came_another_way_than_they_say() -> int:
    """The trigger on the moves keeps it; this counts what was loaded past it."""
    moves = CaseMove.objects.filter(case=OuterRef("pk"))
    was_referred, travelled = (Exists(moves.filter(to_state=state)) for state in (State.REFERRED, State.TRANSPORTED))
    return Case.objects.exclude(has_been_referred=was_referred, has_travelled=travelled).count()


register("cases_an_open_case_has_exactly_one_open_work_item", open_cases_without_one_open_item)
register("cases_an_ended_case_has_no_open_work_item", ended_cases_with_an_open_item)
register("cases_the_open_work_item_fits_the_state_of_its_case", items_whose_step_does_not_fit)
register("cases_a_work_item_is_open_exactly_while_its_task_waits", items_whose_task_disagrees)
register("cases_an_open_work_item_has_the_area_and_owner_of_its_case", items_elsewhere_than_their_case)
register("cases_an_open_work_item_is_as_urgent_as_its_case", items_less_or_more_urgent_than_their_case)
register("cases_an_open_case_is_where_its_worker_lives", cases_elsewhere_than_their_worker)
register("cases_an_open_flag_has_an_open_case", open_flags_without_open_case)
register("cases_a_case_stands_where_its_last_move_led", cases_elsewhere_than_their_path_leads)
register("cases_a_case_says_how_far_its_moves_led", cases_that_came_another_way_than_they_say)
register("cases_only_people_at_work_are_followed_up", follow_ups_waiting_for_nobody)
