"""The order of locks of this app: the case, then its letter. What comes of a receipt moves the case on."""

from cases.refusals import CaseBusy
from jobs.models import Letter
from kit import locks

TOLD = ("case__worker", "employer", "vacancy__area", "worker")


@locks.busy(CaseBusy)
def lock_letter(letter: Letter) -> Letter:
    """The letter as it is now; its case is held too."""
    return Letter.objects.select_for_update(of=("case", "self")).select_related(*TOLD).get(pk=letter.pk)
