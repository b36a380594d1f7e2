"""What a trip does when the case moves on without it, and when a worker answers a text."""

from django.dispatch import receiver

from cases.choices import State
from cases.events import case_moved, move_to_be_undone, travelling_alone_undone
from notifications.events import reply_received
from transport import services
from transport.refusals import SeatOnIt
from transport.register.sms import ASKS_WHETHER_THEY_COME
from workers.events import worker_corrected

NEEDS_A_SEAT = (State.PLACED, State.TRANSPORTED)


@receiver(case_moved, dispatch_uid="transport.free_seat_of_moved_case")
def free_seat_of_moved_case(sender, *, case, from_state, to_state, by, at, **_):
    """The job came to nothing, the case was closed, or they go by their own means: somebody else can have the seat."""
    goes_alone = to_state == State.PLACED and not case.needs_transport
    if from_state in NEEDS_A_SEAT and (goes_alone or to_state not in NEEDS_A_SEAT):
        services.give_up_travel(case=case, by=by, at=at)


@receiver(travelling_alone_undone, dispatch_uid="transport.give_back_what_was_given_up")
def give_back_what_was_given_up(sender, *, case, since, by, at, **_):
    """They need a seat after all: theirs, or else their cadre hears that it is gone."""
    services.give_back_travel(case=case, since=since, by=by, at=at)


@receiver(move_to_be_undone, dispatch_uid="transport.keep_the_job_of_a_seat")
def keep_the_job_of_a_seat(sender, *, case, from_state, **_):
    """The database refuses it too. Where somebody went with the same case before is no seat."""
    if from_state == State.PLACED and case.bookings.upcoming().exists():
        raise SeatOnIt


@receiver(worker_corrected, dispatch_uid="transport.question_stop_of_who_moved")
def question_stop_of_who_moved(sender, *, worker, changed, by, at, **_):
    """The case went along with them: its cadre of now is asked."""
    if "area" in changed:
        services.question_stop(worker=worker, by=by, at=at)


@receiver(reply_received, dispatch_uid="transport.take_answer_about_seat")
def take_answer_about_seat(sender, *, worker, message, digit, at, **_):
    """1 is "I am coming", 2 is "I cannot come": the cadre calls before anybody else gets the seat."""
    if message is None or message.template not in ASKS_WHETHER_THEY_COME:
        return
    if digit == "1":
        services.take_yes(booking_id=message.about_id, at=at)
    elif digit == "2":
        services.take_no(booking_id=message.about_id, at=at)
