import uuid
from datetime import date, datetime, timedelta

import pytest

from cases.models import WorkItem
from jobs.refusals import UnderAge
from notifications.models import Message
from tests.staff.factories import DAFANG_VILLAGE, HUAQI_VILLAGE, UserFactory
from tests.transport.factories import (
    BOARDING_TIME,
    DEPARTURE,
    NINGBO,
    TAIZHOU,
    TOMORROW,
    BookingFactory,
    PlacedCaseFactory,
    TripFactory,
    dropoff,
    local,
    pickup,
    zhijin_stops,
)
from tests.workers.factories import NOON, HouseholdFactory
from transport import refusals, services
from transport.models import Booking
from workers import journal
from workers.models import JournalLine

pytestmark = pytest.mark.django_db

SEVENTEEN = date(2008, 8, 1)
FIFTEEN = date(2010, 8, 1)


@pytest.fixture
def organiser():
    return UserFactory(transport_organiser=True)


GUIYANG = 520100000000


def day_trip():
    stops = [
        pickup("猫场", HUAQI_VILLAGE, local(TOMORROW, 7, 30), local(TOMORROW, 8)),
        dropoff("贵阳", GUIYANG, local(TOMORROW, 12)),
    ]
    return TripFactory(open=True, stops=stops, departs_at=local(TOMORROW, 8), arrives_at=local(TOMORROW, 12))


def test_book_seat_gives_the_first_free_seat_and_the_nearest_stops(organiser):
    trip = TripFactory(open=True)
    BookingFactory(trip=trip)
    case = PlacedCaseFactory(area=HUAQI_VILLAGE, work=TAIZHOU)

    booking = services.book_seat(trip=trip, case=case, by=organiser, at=NOON)

    assert (booking.seat.label, booking.pickup.mark, booking.dropoff.mark) == ("2", "B", "2")
    assert (booking.state, booking.booked_by, len(booking.code)) == ("held", organiser, 6)


def test_a_booking_asks_the_database_thirteen_times(django_assert_num_queries):
    """Beside two savepoints, one of them the test's own. Eight threads share one interpreter: statements are time."""
    trip = TripFactory(open=True)
    for _ in range(2):
        case = PlacedCaseFactory()
        with django_assert_num_queries(17):
            services.book_seat(trip=trip, case=case, by=None, at=NOON)


def test_book_seat_gives_the_seat_and_stops_that_were_wished(organiser):
    trip = TripFactory(open=True)
    seat, stop = trip.seats.get(number=33), trip.stops.pickups().last()

    booking = services.book_seat(
        trip=trip, case=PlacedCaseFactory(), by=organiser, at=NOON, seat=seat, pickup=stop, luggage=3
    )

    assert (booking.seat, booking.pickup, booking.luggage) == (seat, stop, 3)


def test_book_seat_tells_the_worker_writes_the_journal_and_rests_the_case(organiser):
    trip, case = TripFactory(open=True), PlacedCaseFactory()

    booking = services.book_seat(trip=trip, case=case, by=organiser, at=NOON)

    text = Message.objects.get(template="seat_booked")
    assert text.body == (
        f"【织金就业】{case.worker.name}您好，您的返岗座位已订好：{trip.code}（织金 → 永康、台州、宁波）1号座。3月6日 "
        f"10:30在猫场镇政府广场，老槐树下集合，上车码{booking.code}。免费，不得转让。能来请回复1，不能来回复2。回复TD退订"
    )
    line = JournalLine.objects.get(worker=case.worker, what="seat_booked")
    assert (line.by, line.about_id, line.data["seat"]) == (organiser, booking.pk, "1")
    assert journal.verify(case.worker) == []
    item = WorkItem.objects.get(case=case, state="open")
    assert (item.step, item.reason, item.not_before) == ("travel", "seat_booked", DEPARTURE)


def test_book_seat_refuses_when_every_seat_is_taken_and_changes_nothing(organiser):
    trip = TripFactory(full=True, layout="places", capacity=2)
    case = PlacedCaseFactory()
    before = Message.objects.count()

    with pytest.raises(refusals.TripFull):
        services.book_seat(trip=trip, case=case, by=organiser, at=NOON)

    assert Message.objects.count() == before
    assert WorkItem.objects.get(case=case, state="open").reason == "seat_needed"
    assert not JournalLine.objects.filter(worker=case.worker, what="seat_booked").exists()


def test_book_seat_refuses_a_seat_somebody_has(organiser):
    trip = TripFactory(open=True)
    taken = BookingFactory(trip=trip).seat

    with pytest.raises(refusals.SeatTaken):
        services.book_seat(trip=trip, case=PlacedCaseFactory(), by=organiser, at=NOON, seat=taken)


def test_book_seat_refuses_a_seat_or_stop_of_another_trip(organiser):
    trip, other = TripFactory(open=True), TripFactory(open=True)
    case = PlacedCaseFactory()

    with pytest.raises(refusals.SeatTaken):
        services.book_seat(trip=trip, case=case, by=organiser, at=NOON, seat=other.seats.first())
    with pytest.raises(refusals.StopNotOnTrip):
        services.book_seat(trip=trip, case=case, by=organiser, at=NOON, pickup=other.stops.pickups().first())
    with pytest.raises(refusals.StopNotOnTrip):
        services.book_seat(trip=trip, case=case, by=organiser, at=NOON, pickup=trip.stops.dropoffs().first())


def test_book_seat_refuses_a_trip_that_is_not_open(organiser):
    with pytest.raises(refusals.TripNotOpen):
        services.book_seat(trip=TripFactory(), case=PlacedCaseFactory(), by=organiser, at=NOON)


def test_book_seat_refuses_somebody_without_a_job(organiser):
    case = PlacedCaseFactory(placed=False)

    with pytest.raises(refusals.NotPlaced):
        services.book_seat(trip=TripFactory(open=True), case=case, by=organiser, at=NOON)

    assert case.state == "contacted"


def test_book_seat_refuses_a_second_seat_on_the_same_trip_and_says_which_they_have(organiser):
    trip = TripFactory(open=True)
    booking = BookingFactory(trip=trip)

    with pytest.raises(refusals.AlreadyBooked) as refused:
        services.book_seat(trip=trip, case=booking.case, by=organiser, at=NOON)

    assert refused.value.booking == booking


def test_book_seat_refuses_a_second_trip_to_the_same_job_at_any_time_until_the_first_seat_is_released(organiser):
    """Once aboard the first bus, the second would wait for them and then report them missing."""
    booking = BookingFactory(trip=TripFactory(open=True))
    overlapping, later = TripFactory(open=True), TripFactory(open=True, day=TOMORROW + timedelta(days=5))

    with pytest.raises(refusals.TwoTripsAtOnce):
        services.book_seat(trip=overlapping, case=booking.case, by=organiser, at=NOON)
    with pytest.raises(refusals.SeatElsewhere):
        services.book_seat(trip=later, case=booking.case, by=organiser, at=NOON)
    assert list(Booking.objects.active().filter(worker=booking.worker)) == [booking]

    services.release_seat(booking=booking, by=organiser, at=NOON)
    second = services.book_seat(
        trip=later, case=booking.case, by=organiser, at=NOON, reasons={"arrives_after_start": "厂里同意晚到"}
    )

    assert list(Booking.objects.active().filter(worker=booking.worker)) == [second]


def test_who_is_missing_at_the_stop_gets_no_seat_on_the_next_trip_while_this_one_may_still_take_them(organiser):
    missing = BookingFactory(trip=TripFactory(open=True), missed=True)
    later = TripFactory(open=True, day=TOMORROW + timedelta(days=5))

    with pytest.raises(refusals.SeatElsewhere):
        services.book_seat(trip=later, case=missing.case, by=organiser, at=BOARDING_TIME)

    assert list(Booking.objects.active()) == [missing]


def test_one_form_sent_to_two_trips_answers_the_first_booking(organiser):
    """Somebody changed the trip while the first press was on its way."""
    case, once = PlacedCaseFactory(), uuid.uuid4()
    trips = [TripFactory(open=True), TripFactory(open=True, day=TOMORROW + timedelta(days=5))]

    first, second = [services.book_seat(trip=trip, case=case, by=organiser, at=NOON, once=once) for trip in trips]

    assert (first, Booking.objects.count()) == (second, 1)


def test_the_same_form_sent_twice_books_one_seat(organiser):
    trip, case, once = TripFactory(open=True), PlacedCaseFactory(), uuid.uuid4()

    first = services.book_seat(trip=trip, case=case, by=organiser, at=NOON, once=once)
    second = services.book_seat(trip=trip, case=case, by=organiser, at=NOON, once=once)

    assert first == second
    assert Booking.objects.count() == 1
    assert Message.objects.filter(template="seat_booked").count() == 1


def test_a_form_of_somebody_else_books_nothing(organiser):
    trip, once = TripFactory(open=True), uuid.uuid4()
    services.book_seat(trip=trip, case=PlacedCaseFactory(), by=organiser, at=NOON, once=once)

    with pytest.raises(refusals.FormUsedForAnother):
        services.book_seat(trip=trip, case=PlacedCaseFactory(), by=organiser, at=NOON, once=once)

    assert Booking.objects.count() == 1


def test_a_trip_nobody_boarded_takes_no_bookings_once_its_time_has_passed(organiser):
    trip, case = TripFactory(open=True), PlacedCaseFactory()

    with pytest.raises(refusals.TripNotOpen):
        services.book_seat(trip=trip, case=case, by=organiser, at=DEPARTURE)

    assert Booking.objects.count() == 0


def test_a_trip_that_boards_late_still_takes_somebody(organiser):
    trip, case = TripFactory(open=True), PlacedCaseFactory()
    services.start_boarding(trip=trip, by=organiser, at=DEPARTURE)

    late = DEPARTURE + timedelta(minutes=5)
    booking = services.book_seat(trip=trip, case=case, by=organiser, at=late, is_there=True)

    assert booking.is_active


def test_nobody_under_16_gets_a_seat(organiser):
    case = PlacedCaseFactory()
    case.worker.birth_date = FIFTEEN
    case.worker.save()

    with pytest.raises(UnderAge):
        services.book_seat(trip=TripFactory(open=True), case=case, by=organiser, at=NOON)


def minor(household=None, work=NINGBO):
    case = PlacedCaseFactory(household=household, work=work)
    case.worker.birth_date = SEVENTEEN
    case.worker.save()
    return case


def test_a_minor_may_not_travel_through_the_night_alone(organiser):
    with pytest.raises(refusals.MinorAlone):
        services.book_seat(trip=TripFactory(open=True), case=minor(), by=organiser, at=NOON)


def test_a_minor_may_travel_by_day(organiser):
    booking = services.book_seat(trip=day_trip(), case=minor(work=GUIYANG), by=organiser, at=NOON)

    assert booking.is_active


def test_a_minor_may_travel_through_the_night_with_an_adult_of_the_household(organiser):
    household = HouseholdFactory()
    trip, child, parent = TripFactory(open=True), minor(household), PlacedCaseFactory(household=household)

    bookings = services.book_seats_together(trip=trip, cases=[child, parent], by=organiser, at=NOON)

    assert [booking.case for booking in bookings] == [parent, child]


def test_a_household_sits_side_by_side(organiser):
    trip = TripFactory(open=True)
    BookingFactory(trip=trip)
    household = HouseholdFactory()
    family = [PlacedCaseFactory(household=household) for _ in range(4)]

    bookings = services.book_seats_together(trip=trip, cases=family, by=organiser, at=NOON)

    assert sorted(booking.seat.number for booking in bookings) == [5, 6, 7, 8]


def test_a_household_too_large_for_the_trip_gets_no_seat_at_all(organiser):
    trip = TripFactory(open=True, layout="places", capacity=2)
    family = [PlacedCaseFactory() for _ in range(3)]

    with pytest.raises(refusals.TripFull):
        services.book_seats_together(trip=trip, cases=family, by=organiser, at=NOON)

    assert list(Booking.objects.all()) == []


def test_a_stop_the_bus_has_left_is_not_chosen_for_anybody(organiser):
    trip = TripFactory(open=True)
    services.start_boarding(trip=trip, by=organiser, at=BOARDING_TIME)

    asked = {"trip": trip, "case": PlacedCaseFactory(), "by": organiser, "at": local(TOMORROW, 11, 30)}
    booking = services.book_seat(**asked, is_there=True)

    assert booking.pickup.mark == "B"


def test_someone_whose_home_is_nowhere_near_gets_on_at_the_first_stop(organiser):
    trip = TripFactory(open=True, stops=zhijin_stops())

    booking = services.book_seat(trip=trip, case=PlacedCaseFactory(area=DAFANG_VILLAGE), by=organiser, at=NOON)

    assert booking.pickup.mark == "A"


@pytest.mark.parametrize(
    ("asked", "words"), [((10, 45), "现在（11:00发车）在猫场"), ((13, 10), "马上（车就要开了）在猫场")]
)
def test_who_stands_at_a_stop_that_has_gathered_is_not_asked_to_be_there_at_a_time_that_has_passed(asked, words):
    trip = TripFactory(open=True)
    services.start_boarding(trip=trip, by=None, at=BOARDING_TIME)
    stop = trip.stops.pickups().first()

    BookingFactory(
        trip=trip, pickup=stop, is_there=True, at=local(TOMORROW, *asked), reasons={"cannot_be_there_in_time": "在车边"}
    )

    said = Message.objects.get(template="seat_booked").body
    assert (words in said, "10:30" in said) == (True, False)


def test_the_hour_that_is_told_is_when_it_leaves_their_own_stop(organiser):
    trip = TripFactory(open=True)
    booking = BookingFactory(trip=trip, pickup=trip.stops.pickups().first())

    services.release_seat(booking=booking, by=organiser, at=NOON)

    told = JournalLine.objects.get(what="seat_booked", worker=booking.worker).data["departs_at"]
    assert (datetime.fromisoformat(told), trip.departs_at == booking.pickup.at) == (local(TOMORROW, 11), False)
    assert "3月6日 11:00发车" in Message.objects.get(template="seat_released").body
