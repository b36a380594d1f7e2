from datetime import date, datetime

from django.apps import apps
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from areas.ranges import in_ranges
from cases import reasons
from cases.choices import ENDED_STATES, OPEN_STATES, TWO_WAY_OUTCOMES, Escalation, ItemState, State, Step
from kit.days import end_of_week, last_moment, start_of_day
from kit.pages import Keyset
from staff.querysets import Scoped
from staff.roles import CASEWORKERS, Role

GOES_UP_TO = {Role.TOWNSHIP_CADRE: Escalation.TOWNSHIP, Role.SUPERVISOR: Escalation.COUNTY}
# by the case and not by the item's own key: undo opens another item, and the row stands where it stood
URGENT_FIRST = Keyset("priority", "due_at", "case_id")
COLUMNS_OF_A_ROW = (
    *("area", "step", "due_at", "not_before", "priority", "reason", "reason_data"),
    *(
        "escalation_level",
        "escalates_at",
        "case__area",
        "case__state",
        "case__placed_on",
        "case__closed_because",
        "case__state_since",
        "case__opened_at",
    ),
    *("case__worker__name", "case__worker__sex", "case__worker__birth_date", "case__worker__phone_tail"),
    *("case__worker__phone_blind", "case__worker__wrong_phone_blind"),
    *("case__worker__household__zero_employment", "owner__display_name", "owner__username"),
)


COLUMNS_OF_A_CASE = (
    *("area", "state", "placed_on", "closed_because", "state_since", "opened_at"),
    *("worker__name", "worker__sex", "worker__birth_date", "worker__phone_tail"),
    *("owner__display_name", "owner__username"),
)
COLUMNS_OF_ITS_ITEM = (
    *("case", "step", "due_at", "not_before", "priority", "reason", "reason_data", "escalation_level", "escalates_at"),
    *("owner__display_name", "owner__username"),
)


class CaseQuerySet(Scoped, QuerySet):
    def for_rows(self) -> "CaseQuerySet":
        """With what a row of a list shows and no more, its open item as a list of one or none."""
        items = _items().open().select_related("owner").only(*COLUMNS_OF_ITS_ITEM)
        open_items = Prefetch("work_items", queryset=items, to_attr="open_items")
        return self.select_related("worker", "owner").only(*COLUMNS_OF_A_CASE).prefetch_related(open_items)

    def living_in(self, ranges) -> "CaseQuerySet":
        """For lists by name. An open case is where its worker lives, so this takes none of those away that are there,
        and the index of names then knows who else to pass over."""
        return self.filter(in_ranges("worker__area_id", ranges))

    def open(self) -> "CaseQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def ended(self) -> "CaseQuerySet":
        return self.filter(state__in=ENDED_STATES)

    def in_state(self, state: str) -> "CaseQuerySet":
        return self.filter(state=state)

    def at_work(self) -> "CaseQuerySet":
        """Placed, on the way or followed up: not yet settled."""
        return self.filter(state__in=(State.PLACED, State.TRANSPORTED))

    def opened_until(self, day: date) -> "CaseQuerySet":
        """That day included."""
        return self.filter(opened_at__lte=last_moment(day))

    def in_area(self, area) -> "CaseQuerySet":
        """The area itself and everything under it."""
        return self.filter(in_ranges("area_id", [(area.low, area.high)]))

    def outside(self, ranges) -> "CaseQuerySet":
        return self.exclude(in_ranges("area_id", ranges)) if ranges else self

    def owned_by(self, user) -> "CaseQuerySet":
        return self.filter(owner=user)

    def overdue(self, today: date) -> "CaseQuerySet":
        """Cases whose open work item was due before today."""
        return self.filter(Exists(_open_items_of_case().late(today)))

    def to_ask_again(self, today: date) -> "CaseQuerySet":
        """Ended until a day that has come, of people who have no newer and no open case."""
        of_worker = self.model.objects.filter(worker=OuterRef("worker"))
        other = of_worker.filter(Q(opened_at__gt=OuterRef("opened_at")) | Q(state__in=OPEN_STATES))
        return self.ended().filter(~Exists(other), reask_on__lte=today)

    def reached(self, stage: str) -> "CaseQuerySet":
        """Ever came as far as this stage or beyond it, wherever they stand now. An unknown stage is no filter."""
        return self.filter(_came_to(stage) or Q())

    def short_of(self, stage: str) -> "CaseQuerySet":
        """Never came to this stage: the others. An unknown stage is no filter."""
        condition = _came_to(stage)
        return self.filter(~condition) if condition else self


def _came_to(stage: str):
    """The condition of one bar of the funnel; None for a word that is no stage."""
    return {
        State.CONTACTED: lambda: Q(first_contacted_at__isnull=False),
        State.REFERRED: lambda: _placed() | Q(has_been_referred=True),
        State.PLACED: _placed,
        State.TRANSPORTED: lambda: Q(has_travelled=True),
        State.SETTLED: lambda: Q(settled_at__isnull=False),
    }.get(stage, lambda: None)()


def _placed() -> Q:
    return Q(follow_up_round__gt=0)


class WorkItemQuerySet(Scoped, QuerySet):
    def open(self) -> "WorkItemQuerySet":
        return self.filter(state=ItemState.OPEN)

    def on_list_of(self, user) -> "WorkItemQuerySet":
        """What this person has to see: their own, what nobody owns here, and what went up to their level.

        Each arm has an index of those few alone. Nobody who has left owns anything: the clock sees to that.
        """
        mine = Q(owner=user)
        for role, level in GOES_UP_TO.items():
            here = in_ranges("area_id", user.ranges_as(role))
            mine |= here & Q(escalation_level__gt=Escalation.VILLAGE, escalation_level__gte=level)
            mine |= here & Q(owner=None)
        return self.open().held_by(user, CASEWORKERS).filter(mine)

    def ended_by_going_alone(self, case, item) -> "WorkItemQuerySet":
        """The one that "goes by own means" finished, where `item`, which that opened, still stands; else none."""
        is_open = item is not None and case.state == State.PLACED
        finished_at = item.opened_at if is_open else None
        return self.filter(case=case, step=Step.TRAVEL, state=ItemState.DONE, finished_at=finished_at)

    def late(self, today: date) -> "WorkItemQuerySet":
        return self.filter(is_late(today))

    def due_today(self, today: date) -> "WorkItemQuerySet":
        """Or put off until today or an earlier day."""
        return self.with_comes_at().filter(has_come(today) & ~is_late(today))

    def in_group(self, name: str, today: date) -> "WorkItemQuerySet":
        """One of the groups of Today: late, today, week or later. Every item is in exactly one."""
        return self.with_comes_at().filter(GROUPS[name](today))

    def with_comes_at(self) -> "WorkItemQuerySet":
        """When it comes to Today: when it was put off until, or else when it is due."""
        return self.alias(comes_at=Coalesce("not_before", "due_at"))

    def for_rows(self) -> "WorkItemQuerySet":
        """With what a row of a list shows and no more: a worker has forty columns, half of them sealed."""
        return self.select_related("case__worker__household", "owner").only(*COLUMNS_OF_A_ROW)


def is_late(today: date) -> Q:
    return Q(due_at__lt=start_of_day(today))


def is_new(today: date) -> Q:
    """Of a case flagged or reopened today, and nobody has tried yet: shown at once, whenever it is due."""
    return Q(step=Step.CONTACT, opened_at__gte=start_of_day(today), not_before=None)


def is_resting(now: datetime) -> Q:
    """Tried in vain, and the next attempt is still to come."""
    return Q(reason__in=list(reasons.TRIED), not_before__gt=now)


def has_come(today: date) -> Q:
    return Q(comes_at__lte=last_moment(today))


def comes_this_week(today: date) -> Q:
    """Until Sunday, today and before included."""
    return Q(comes_at__lte=last_moment(end_of_week(today)))


# whoever is late is counted as late, also while the next attempt is still to come
GROUPS = {
    "late": lambda today: is_late(today),
    "today": lambda today: (has_come(today) | is_new(today)) & ~is_late(today),
    "week": lambda today: ~has_come(today) & comes_this_week(today) & ~is_new(today) & ~is_late(today),
    "later": lambda today: ~comes_this_week(today) & ~is_new(today) & ~is_late(today),
}


class EntryQuerySet(QuerySet):
    def standing(self) -> "EntryQuerySet":
        """Without the undone ones."""
        return self.filter(undone_at=None)


class ContactAttemptQuerySet(EntryQuerySet):
    def two_way(self) -> "ContactAttemptQuerySet":
        return self.filter(outcome__in=TWO_WAY_OUTCOMES)

    def in_vain(self) -> "ContactAttemptQuerySet":
        return self.exclude(outcome__in=TWO_WAY_OUTCOMES)


class FollowUpQuerySet(QuerySet):
    def waiting(self) -> "FollowUpQuerySet":
        return self.filter(done_at=None, dropped_at=None)

    def in_order(self) -> "FollowUpQuerySet":
        return self.order_by("due_on", "day_no")


def _items() -> WorkItemQuerySet:
    """By name: the model imports this module for its manager."""
    return apps.get_model("cases.WorkItem").objects.all()


def _open_items_of_case() -> WorkItemQuerySet:
    return _items().open().filter(case=OuterRef("pk"))
