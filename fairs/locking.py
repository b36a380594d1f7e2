"""The locks of this app, always taken in this order: fair, case (with all that `cases` locks), post, worker.

A step of the fair takes the fair alone; the desks at the door share it. A referral has no lock of its own: whoever
changes one holds its case, so that a case moving elsewhere and a check-in never cross.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from cases.locking import lock_cases_nobody_holds, lock_cases_of, locked
from cases.models import Case
from cases.refusals import CaseBusy
from fairs.models import Fair, FairReferral
from fairs.refusals import FairBusy
from jobs.models import Vacancy
from kit import locks
from notifications.sending.writing import columns_of_addressee

TOLD = ("code", "fair", "result", "checked_in_at", "withdrawn_at")


def fair_alone(fair: Fair) -> Fair:
    return _lock(Fair.objects.lock, fair.pk)


def fair_shared(fair_id: int) -> Fair:
    return _lock(Fair.objects.lock_shared, fair_id)


def post_alone(vacancy: Vacancy) -> None:
    """Until the end of the transaction nobody else is hired for this post: who counts them may act on the number."""
    Vacancy.objects.select_for_update(of=("self",)).get(pk=vacancy.pk)


@contextmanager
def locked_referral(referral: FairReferral) -> Iterator[FairReferral]:
    """The referral as it is now, with its case locked to the end of the transaction."""
    with locked(Case(pk=referral.case_id)):
        yield FairReferral.objects.for_change().get(pk=referral.pk)


@locks.busy(CaseBusy)
def hold_cases_of(referrals: Iterable[FairReferral]) -> None:
    """Of many people, in the order of everybody who locks the cases of many."""
    lock_cases_of([referral.worker_id for referral in referrals])


def referrals_nobody_changes(keys: list[int]) -> list[FairReferral]:
    """The same of many, without those whose case somebody holds. Fairs are one instance for all."""
    case_ids = list(FairReferral.objects.filter(pk__in=keys).values_list("case_id", flat=True))
    free = FairReferral.objects.filter(pk__in=keys, case__in=lock_cases_nobody_holds(case_ids)).order_by("pk")
    told = free.select_related("worker").only(*TOLD, *columns_of_addressee("worker"))
    return list(told.prefetch_related("fair"))


def _lock(lock: Callable[[int], Fair], pk: int) -> Fair:
    with locks.busy(FairBusy):
        return lock(pk)
