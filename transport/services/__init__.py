"""What an organiser or a cadre does with a trip. One verb a function; the rules live here and in the constraints."""

from transport.services.answers import give_back_travel, give_up_travel, take_no, take_yes
from transport.services.arriving import (
    arrive,
    chase_arrivals,
    confirm_arrival,
    confirm_arrivals,
    undo_arrival,
    undo_arrive,
)
from transport.services.boarding import board, start_boarding, undo_board
from transport.services.boarding_stops import choose_pickup, question_stop
from transport.services.booking import book_seat, book_seats_together
from transport.services.departing import depart, undo_departure
from transport.services.freed_seats import fill_all_freed_seats, fill_freed_seats, seat_by_list_again
from transport.services.going_back import OldJob, confirm_old_job, take_back_to_work, wait_to_go_back
from transport.services.leaving import cancel_trip
from transport.services.missing import mark_no_show, note_absences, undo_no_show
from transport.services.planning import (
    NewTrip,
    add_driver,
    change_trip,
    open_trip,
    park_overnight,
    plan_trip,
)
from transport.services.reminding import remind_of_departures
from transport.services.seats import confirm_seat, move_seat, release_seat, swap_seats
from transport.services.standby import (
    join_standby,
    join_standby_together,
    leave_standby,
    move_standby,
    seat_standby,
)
from transport.services.stops import NewStop, times_of
from transport.services.transferring import copy_trip, move_people, preview_transfer, transfer
