"""Many cases to one person: chosen, looked at, handed over by a second press, and given back to whom they came from."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from cases.models import Case, Handover
from cases.services.assigning import RowResult, Verdict, reassign_many
from kit.locks.sweeping import forget
from staff.models import User

LOOKED_AT_FOR, KEPT_FOR = timedelta(days=2), timedelta(days=90)


def plan_handover(*, case_ids: Iterable[int], owner: User | None, query: str, by: User, at: datetime) -> Handover:
    """Nothing moves yet: what is looked at is what the second press means."""
    ids = list(dict.fromkeys(case_ids))
    return Handover.objects.create(case_ids=ids, owner=owner, query=query, made_by=by, made_at=at)


@transaction.atomic
def carry_out_handover(*, handover: Handover, by: User, at: datetime) -> Handover:
    """Once, however often it is pressed."""
    found = Handover.objects.select_for_update(of=("self",)).select_related("owner").get(pk=handover.pk)
    if found.done_at is None:
        before = dict(Case.objects.filter(pk__in=found.case_ids).values_list("pk", "owner_id"))
        results = reassign_many(case_ids=found.case_ids, owner=found.owner, by=by, at=at)
        found.results = [[row.case_id, row.verdict, before.get(row.case_id)] for row in results]
        found.done_at = at
        found.save(update_fields=["results", "done_at"])
    return found


def to_give_back(handover: Handover) -> dict[int | None, list[int]]:
    """Who had them: the cases not given back that are still with whom they were given to. 1 query."""
    given = {case: before for case, verdict, before in handover.results if verdict == Verdict.ASSIGNED}
    still = set(Case.objects.open().filter(pk__in=given, owner=handover.owner).values_list("pk", flat=True))
    shares: dict[int | None, list[int]] = {}
    for case, before in given.items():
        shares.setdefault(before, []).extend([case] if case in still else [])
    return shares


@transaction.atomic
def give_back(
    *, handover: Handover, by: User, at: datetime, only: Iterable[int | None] | None = None
) -> list[RowResult]:
    """To everybody who had some, or only to those named; what has moved on since stays where it is."""
    found = Handover.objects.select_for_update(of=("self",)).select_related("owner").get(pk=handover.pk)
    shares = to_give_back(found)
    givers = User.objects.in_bulk([key for key in shares if key is not None])
    named = shares if only is None else shares.keys() & set(only)
    results = [row for key in named for row in reassign_many(case_ids=shares[key], owner=givers.get(key), by=by, at=at)]
    _keep_given_back(found, {row.case_id for row in results if row.verdict is Verdict.ASSIGNED})
    return results


def _keep_given_back(handover: Handover, given: set[int]) -> None:
    handover.results = [
        [case, Verdict.GIVEN_BACK if case in given else verdict, before] for case, verdict, before in handover.results
    ]
    handover.save(update_fields=["results"])


def forget_handovers(*, at: datetime) -> int:
    """At night: those nobody carried out, and those too long ago to be given back. The journal keeps what was done."""
    unused = Handover.objects.filter(done_at=None, made_at__lt=at - LOOKED_AT_FOR)
    return forget(unused | Handover.objects.filter(made_at__lt=at - KEPT_FOR), what="Handovers forgotten")
