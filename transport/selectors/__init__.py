from transport.selectors.arrivals import arrivals_page
from transport.selectors.boarding import people_to_board
from transport.selectors.case_travel import TripChoice, case_travel, trip_choices
from transport.selectors.crew import driver_card
from transport.selectors.departure import departure_check
from transport.selectors.fit import pickup_choices
from transport.selectors.people import Passenger, passengers_of
from transport.selectors.seat_sheet import seat_sheet
from transport.selectors.transfer import transfer_page
from transport.selectors.trip_list import trip_list
from transport.selectors.trip_page import trip_page
from transport.selectors.unseated import family_whom_it_suits, relatives_without_a_seat, with_their_work
