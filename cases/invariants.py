"""What must always hold of cases; each function counts the rows that break it."""

from django.db.models import Count, F, Q

from cases.choices import OPEN_STATES, State, Step
from cases.models import Case, FollowUp, WorkItem
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
TASK_WAITS = Q(task__status__in=("NEW", "ASSIGNED"))


def open_cases_without_one_open_item() -> int:
    open_items = Count("work_items", filter=Q(work_items__state="open"))
    return Case.objects.open().annotate(n=open_items).exclude(n=1).count()


def ended_cases_with_an_open_item() -> int:
    return WorkItem.objects.open().exclude(case__state__in=OPEN_STATES).count()


def items_whose_step_does_not_fit() -> int:
    return WorkItem.objects.open().exclude(STEP_FITS_STATE).count()


def items_whose_task_disagrees() -> int:
    waiting_but_closed = Q(TASK_WAITS, ~Q(state="open"))
    open_but_done = Q(~TASK_WAITS, state="open")
    return WorkItem.objects.filter(waiting_but_closed | open_but_done).count()


def items_elsewhere_than_their_case() -> int:
    here = Q(area_id=F("case__area_id"))
    same_owner = Q(owner_id=F("case__owner_id")) | Q(owner=None, case__owner=None)
    return WorkItem.objects.open().exclude(here & same_owner).count()


def cases_elsewhere_than_their_worker() -> int:
    return Case.objects.open().exclude(area_id=F("worker__area_id")).count()


def open_flags_without_open_case() -> int:
    has_case = Q(worker__cases__state__in=OPEN_STATES)
    return Flag.objects.open().exclude(pk__in=Flag.objects.filter(has_case).values("pk")).count()


def follow_ups_waiting_for_nobody() -> int:
    return FollowUp.objects.waiting().exclude(case__state__in=(State.PLACED, State.TRANSPORTED)).count()


register("cases: an open case has exactly one open work item", open_cases_without_one_open_item)
register("cases: an ended case has no open work item", ended_cases_with_an_open_item)
register("cases: the open work item fits the state of its case", items_whose_step_does_not_fit)
register("cases: a work item is open exactly while its task waits", items_whose_task_disagrees)
register("cases: an open work item has the area and owner of its case", items_elsewhere_than_their_case)
register("cases: an open case is where its worker lives", cases_elsewhere_than_their_worker)
register("cases: an open flag has an open case", open_flags_without_open_case)
register("cases: only people at work are followed up", follow_ups_waiting_for_nobody)
