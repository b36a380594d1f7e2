from transport.views.arrivals import arrivals, arrivals_xlsx, undo_arrival
from transport.views.boarding import board, board_from_list, undo_board
from transport.views.casework import book_for_case, panel
from transport.views.going_back import go_back
from transport.views.leaving import arrive, call, cancel_trip, depart, undo_arrive, undo_departure
from transport.views.papers import manifest_pdf, ticket_pdf
from transport.views.running import add_driver, open_trip, park_overnight, seat_by_list, start_boarding
from transport.views.seats import (
    booking,
    choose_pickup,
    confirm_seat,
    give_seat,
    leave_standby,
    mark_no_show,
    move_seat,
    move_standby,
    release_seat,
    seat,
    seat_standby,
    standby,
    swap_seats,
    undo_no_show,
)
from transport.views.transferring import copy_trip, transfer
from transport.views.trips import add_trip, edit_trip, trip, trip_list, trip_list_xlsx
