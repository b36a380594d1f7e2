from transport.models.booking import Booking
from transport.models.standby import Standby
from transport.models.trip import Seat, Stop, Trip
