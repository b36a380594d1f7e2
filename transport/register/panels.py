"""What this app puts on the case page."""

from django.utils.translation import gettext_lazy as _

from cases import panels
from cases.choices import Step
from staff.roles import BOOKERS
from transport.models import Booking
from transport.selectors.going_back import offered_trips
from workers.choices import Status


def waits_for_a_seat(case_id: int) -> bool:
    """What becomes of a seat that is booked stands in the panel."""
    return not Booking.objects.active().filter(case=case_id).exists()


panels.register_offer(Status.RETURNED_GOING_BACK, "transport:go_back", offered_trips)
panels.register("transport", "transport:panel", _("Travel"), "bus", order=40)
panels.register_action(
    Step.TRAVEL, "transport:book_for_case", _("Book a seat"), BOOKERS, order=10, fits=waits_for_a_seat
)
