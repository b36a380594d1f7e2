"""What this app puts on the case page."""

from django.utils.translation import gettext_lazy as _

from cases import panels
from cases.choices import Step
from cases.models import Case
from staff.roles import BOOKERS, PLACERS
from transport.models import Booking
from transport.selectors.going_back import offered_trips
from workers.choices import Status


def waits_for_a_seat(case_id: int) -> bool:
    """What becomes of a seat that is booked stands in the panel."""
    return not Booking.objects.active().filter(case=case_id).exists()


def goes_back_to_their_job(case_id: int) -> bool:
    return Case.objects.filter(pk=case_id, worker__status=Status.RETURNED_GOING_BACK).exists()


panels.register_offer(Status.RETURNED_GOING_BACK, "transport:go_back", offered_trips)
panels.register("transport", "transport:panel", _("Travel"), "bus", order=40)
panels.register_action(
    Step.REFER, "transport:go_back", _("A seat back to work"), PLACERS, order=5, fits=goes_back_to_their_job
)
panels.register_action(
    Step.TRAVEL, "transport:book_for_case", _("Book a seat"), BOOKERS, order=10, fits=waits_for_a_seat
)
