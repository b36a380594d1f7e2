"""What people fill in about trips. The rules are the services'; a form only reads."""

from transport.forms.planning import TripFilter, TripForm
from transport.forms.reasons import ReasonsForm
from transport.forms.running import ArrivalForm, ArriveForm, CancelForm, CodeForm, DepartForm, DriverForm
from transport.forms.seats import BookForm, ChoosePickupForm, GoBackDeed, GoBackForm, MoveForm, SeatForm, SwapForm
from transport.forms.stops import DropoffForm, PickupForm, StopForm, mark, stop_forms
from transport.forms.transferring import CopyForm, StandbyMoveForm, TransferFilter, TransferForm
