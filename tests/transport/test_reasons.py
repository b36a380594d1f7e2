"""A reason answers the one refusal that asked for it; the next refusal is shown and asks anew."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.models import Case
from tests.staff.factories import FENGPING, HUAQI, HUAQI_VILLAGE, UserFactory
from tests.transport.factories import (
    BOARDING_TIME,
    NINGBO,
    TOMORROW,
    BookingFactory,
    PlacedCaseFactory,
    TripFactory,
    local,
)
from tests.transport.test_pages import text_of
from tests.workers.factories import NOON, HouseholdFactory
from transport import refusals, services
from transport.models import Booking, Standby

pytestmark = pytest.mark.django_db

SHENZHEN = 440300000000
LATE_MORNING = local(TOMORROW, 11, 30)


@pytest.fixture
def organiser():
    return UserFactory(transport_organiser=True)


@pytest.fixture
def trip():
    return TripFactory(open=True)


def url_of(name, *args):
    return reverse(f"transport:{name}", args=args)


def refused(**asked) -> str:
    """The code of the refusal, or none."""
    try:
        services.book_seat(**{"by": None, "at": NOON, **asked})
    except refusals.AsksWhy as refusal:
        return refusal.code
    return ""


class TestOneReasonOneRefusal:
    def test_a_reason_for_arriving_late_does_not_pass_those_who_wait(self, trip):
        services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)
        case = PlacedCaseFactory()
        Case.objects.filter(pk=case.pk).update(placed_on=TOMORROW)
        late, first = {"arrives_after_start": "厂里同意晚到"}, {"standby_first": "陪同未成年子女"}

        said = [refused(trip=trip, case=case, reasons=reasons) for reasons in ({}, late, first, late | first)]

        assert said == ["standby_first", "standby_first", "arrives_after_start", ""]
        assert Booking.objects.get().booked_because == "厂里同意晚到；陪同未成年子女"

    def test_blanks_are_no_reason(self, trip):
        services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)

        assert refused(trip=trip, case=PlacedCaseFactory(), reasons={"standby_first": "  "}) == "standby_first"

    def test_the_same_words_for_two_refusals_are_kept_once(self, trip):
        case = PlacedCaseFactory(work=SHENZHEN)
        Case.objects.filter(pk=case.pk).update(placed_on=TOMORROW)
        said = {"does_not_go_there": " 厂里来接 ", "arrives_after_start": "厂里来接", "standby_first": " "}

        booking = services.book_seat(trip=trip, case=case, by=None, at=NOON, reasons=said)

        assert booking.booked_because == "厂里来接"

    def test_a_broken_bus_is_no_reason_to_go_before_those_who_wait_for_the_other(self, trip):
        target = TripFactory(open=True)
        services.join_standby(trip=target, case=PlacedCaseFactory(), by=None, at=NOON)
        asked = {"source": trip, "target": target, "bookings": [BookingFactory(trip=trip)], "by": None, "at": NOON}

        [stays] = services.move_people(**asked, reasons={"does_not_go_there": "车坏了"})
        [goes] = services.move_people(**asked, reasons={"standby_first": "车坏了"})

        assert (stays.refusal.code, goes.now.trip) == ("standby_first", target)

    def test_the_page_asks_the_next_question_and_keeps_what_was_answered(self, client, time_machine, trip):
        time_machine.move_to(NOON)
        services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)
        case = PlacedCaseFactory(work=SHENZHEN)
        client.force_login(UserFactory(village_cadre=True, posted=FENGPING))
        url, first = url_of("book_for_case", case.pk), {"trip": trip.pk, "why_standby_first": "陪同未成年子女"}

        opened, again = text_of(client.get(url)), client.post(url, first)
        booked = client.post(url, first | {"why_does_not_go_there": "厂里派车到宁波接"})

        assert "why_" not in opened
        assert (again.status_code, again.context["refusal"].code) == (409, "does_not_go_there")
        assert [field.name for field in again.context["reasons"]] == ["why_standby_first", "why_does_not_go_there"]
        assert 'value="陪同未成年子女"' in text_of(again)
        assert booked.status_code == 302

    def test_the_trip_page_asks_why_where_the_button_had_no_field(self, client, organiser, time_machine, trip):
        time_machine.move_to(NOON)
        case, seat = PlacedCaseFactory(work=SHENZHEN), trip.seats.last()
        client.force_login(organiser)
        url = url_of("give_seat", trip.pk, seat.pk)

        asked = client.post(url, {"case": case.pk})
        given = client.post(url, dict(asked.context["again"].answers) | {"why_does_not_go_there": "厂里派车到宁波接"})

        assert f'action="{url}"' in text_of(asked)
        assert 'name="why_does_not_go_there"' in text_of(asked)
        assert (given.status_code, Booking.objects.get().seat) == (302, seat)

    def test_a_reason_with_a_phone_number_is_asked_for_again_where_it_was_typed(
        self, client, organiser, time_machine, trip
    ):
        time_machine.move_to(NOON)
        case, seat = PlacedCaseFactory(work=SHENZHEN), trip.seats.last()
        client.force_login(organiser)
        url, typed = url_of("give_seat", trip.pk, seat.pk), {"why_does_not_go_there": "李师傅 13985700001 接"}

        wrong = client.post(url, {"case": case.pk} | typed)
        again = wrong.context["again"]
        given = client.post(url, dict(again.answers) | {again.name: "李师傅接"})

        assert (wrong.status_code, again.name) == (422, "why_does_not_go_there")
        assert (again.answer.startswith("李师傅"), "13985700001" in text_of(wrong)) == (True, False)
        assert f'name="{again.name}" value="{again.answer}"' in text_of(wrong)
        assert (given.status_code, Booking.objects.get().booked_because) == (302, "李师傅接")


class TestWhereTheTripGoes:
    def test_nobody_gets_a_seat_on_a_trip_to_elsewhere_without_saying_why(self, trip):
        case = PlacedCaseFactory(work=SHENZHEN)

        said = [refused(trip=trip, case=case, reasons=reasons) for reasons in ({}, {"does_not_go_there": "厂里来接"})]

        assert (said, Booking.objects.get().booked_because) == (["does_not_go_there", ""], "厂里来接")

    def test_nor_waits_for_one_and_the_reason_counts_when_a_seat_comes_free(self, organiser):
        trip, case = TripFactory(full=True, layout="places", capacity=1), PlacedCaseFactory(work=SHENZHEN)
        asked = {"trip": trip, "case": case, "by": organiser, "at": NOON}

        with pytest.raises(refusals.DoesNotGoThere):
            services.join_standby(**asked)
        services.join_standby(**asked, reasons={"does_not_go_there": "厂里来接"})
        services.release_seat(booking=trip.bookings.get(), by=organiser, at=NOON)
        [booking] = services.fill_freed_seats(trip_id=trip.pk, at=NOON)

        assert (booking.case, booking.booked_because) == (case, "厂里来接")

    def test_a_household_waits_for_it_together_or_not_at_all(self, client, time_machine, trip):
        time_machine.move_to(NOON)
        household = HouseholdFactory()
        case = PlacedCaseFactory(household=household)
        other = PlacedCaseFactory(household=household, work=SHENZHEN)
        client.force_login(UserFactory(village_cadre=True, posted=FENGPING))
        url, asked = url_of("book_for_case", case.pk), {"trip": trip.pk, "along": other.pk, "deed": "wait"}

        refused, waiting = client.post(url, asked), Standby.objects.count()
        client.post(url, asked | {"why_does_not_go_there": "厂里来接"})

        assert (refused.status_code, waiting) == (409, 0)
        reasons = Standby.objects.order_by("case").values_list("case", "joined_because")
        assert list(reasons) == [(case.pk, ""), (other.pk, "厂里来接")]

    def test_the_book_page_has_such_a_trip_among_those_that_do_not_suit(self, client, time_machine, trip):
        time_machine.move_to(NOON)
        client.force_login(UserFactory(village_cadre=True, posted=FENGPING))

        page = client.get(url_of("book_for_case", PlacedCaseFactory(work=SHENZHEN).pk))

        assert ([c.trip for c in page.context["suitable"]], len(page.context["unsuitable"])) == ([], 1)


class TestTheStopThatWasChosen:
    def test_a_stop_the_vehicle_has_left_is_nobodys_whatever_the_reason(self, trip):
        stop, case = trip.stops.pickups()[0], PlacedCaseFactory()
        asked = {"trip": trip, "case": case, "pickup": stop, "by": None, "at": LATE_MORNING}

        with pytest.raises(refusals.StopPassed):
            services.book_seat(**asked, reasons={"cannot_be_there_in_time": "人在车上"}, is_there=True)

    def test_a_stop_that_cannot_be_reached_from_home_asks_why(self, trip):
        far = {"trip": trip, "case": PlacedCaseFactory(area=HUAQI_VILLAGE), "pickup": trip.stops.pickups()[0]}
        at = local(TOMORROW, 10)

        with pytest.raises(refusals.CannotBeThereInTime, match="赶不到这个上车点"):
            services.book_seat(**far, by=None, at=at)
        said = [refused(**far, at=at, reasons=reasons) for reasons in ({}, {"cannot_be_there_in_time": "人在猫场"})]

        assert (said, Booking.objects.get().pickup.mark) == (["cannot_be_there_in_time", ""], "A")

    def test_who_changes_trips_gets_on_at_no_stop_the_other_has_left(self, trip):
        target = TripFactory(open=True)
        services.start_boarding(trip=target, by=None, at=BOARDING_TIME)
        waits = BookingFactory(trip=trip, case=PlacedCaseFactory(area=HUAQI_VILLAGE))
        sits = BookingFactory(trip=trip, boarded=True)
        asked = {"source": trip, "target": target, "bookings": [waits, sits], "by": None, "at": LATE_MORNING}

        moved = services.move_people(**asked, pickup=target.stops.pickups()[0])

        assert [m.refusal.code for m in moved] == ["stop_passed", "stop_passed"]

    def test_once_boarding_has_begun_a_cadre_on_the_case_page_is_still_asked_whether_they_can_be_there(
        self, client, time_machine, trip
    ):
        services.start_boarding(trip=trip, by=None, at=BOARDING_TIME)
        time_machine.move_to(local(TOMORROW, 12, 30))
        case = PlacedCaseFactory(area=HUAQI_VILLAGE)
        client.force_login(UserFactory(township_cadre=True, posted=HUAQI))

        refused = client.post(url_of("book_for_case", case.pk), {"trip": trip.pk})

        assert (refused.status_code, refused.context["refusal"].code) == (409, "cannot_be_there_in_time")

    def test_whoever_runs_the_trip_and_gives_a_seat_at_the_vehicle_is_not(self, client, organiser, time_machine, trip):
        services.start_boarding(trip=trip, by=None, at=BOARDING_TIME)
        time_machine.move_to(local(TOMORROW, 12, 30))
        case = PlacedCaseFactory(area=HUAQI_VILLAGE)
        client.force_login(organiser)

        given = client.post(url_of("give_seat", trip.pk, trip.seats.last().pk), {"case": case.pk})

        assert (given.status_code, Booking.objects.get().pickup.mark) == (302, "C")

    def test_nor_whoever_seats_those_who_wait_at_the_vehicle(self, client, organiser, time_machine, trip):
        waits = PlacedCaseFactory(area=HUAQI_VILLAGE)
        standby = services.join_standby(trip=trip, case=waits, by=None, at=NOON)
        services.start_boarding(trip=trip, by=None, at=BOARDING_TIME)
        time_machine.move_to(local(TOMORROW, 12, 30))
        client.force_login(organiser)

        client.post(url_of("seat_standby", standby.pk))

        assert Booking.objects.get().case == waits

    def test_before_people_board_whoever_runs_the_trip_is_asked_too(self, client, organiser, time_machine, trip):
        time_machine.move_to(local(TOMORROW, 12, 30))
        case, waits = PlacedCaseFactory(area=HUAQI_VILLAGE), PlacedCaseFactory(area=HUAQI_VILLAGE)
        standby = services.join_standby(trip=trip, case=waits, by=None, at=NOON)
        client.force_login(organiser)
        first = {"why_standby_first": "陪同未成年子女"}

        given = client.post(url_of("give_seat", trip.pk, trip.seats.last().pk), {"case": case.pk} | first)
        seated = client.post(url_of("seat_standby", standby.pk))

        assert [answer.context["refusal"].code for answer in (given, seated)] == ["cannot_be_there_in_time"] * 2


class TestStandbyToAnotherTrip:
    def test_only_a_trip_that_arrives_before_the_work_and_can_be_reached_is_offered(
        self, client, organiser, time_machine
    ):
        full = TripFactory(full=True, layout="places", capacity=1)
        case = PlacedCaseFactory()
        standby = services.join_standby(trip=full, case=case, by=None, at=NOON)
        time_machine.move_to(NOON)
        client.force_login(organiser)
        offers = {}
        for days in (5, 1):
            other = TripFactory(open=True, day=TOMORROW + timedelta(days=days))
            offers[days] = other.code in text_of(client.get(url_of("trip", full.pk)))

        assert (offers, standby.is_waiting) == ({5: False, 1: True}, True)

    def test_moving_them_to_one_that_does_not_suit_asks_why(self, client, organiser, time_machine, trip):
        standby = services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)
        late = TripFactory(open=True, day=TOMORROW + timedelta(days=5))
        time_machine.move_to(NOON)
        client.force_login(organiser)
        url = url_of("move_standby", standby.pk)

        asked = client.post(url, {"trip": late.pk})
        moved = client.post(url, dict(asked.context["again"].answers) | {"why_arrives_after_start": "厂里同意晚到"})

        assert (asked.status_code, moved.status_code, Booking.objects.get().trip) == (409, 302, late)
        assert not Standby.objects.waiting().exists()


class TestManyChangeAtOnce:
    """One has to say why, the others do not; and what was said of one is not written on the others."""

    @pytest.fixture
    def target(self):
        return TripFactory(open=True)

    @pytest.fixture
    def people(self, trip):
        elsewhere = PlacedCaseFactory(work=SHENZHEN)
        late = {"does_not_go_there": "厂里派车"}
        return [BookingFactory(trip=trip), BookingFactory(trip=trip, case=elsewhere, reasons=late)]

    def test_a_reason_is_written_on_whom_it_concerns_and_on_nobody_else(self, trip, target, people):
        asked = {"source": trip, "target": target, "bookings": people, "by": None, "at": NOON}

        moved = services.move_people(**asked, reasons={"does_not_go_there": "厂里到宁波接", "standby_first": "车坏了"})

        assert [person.now.booked_because for person in moved] == ["", "厂里到宁波接"]

    def test_each_may_have_a_reason_of_their_own(self, client, organiser, time_machine, trip, target, people):
        time_machine.move_to(NOON)
        other = BookingFactory(trip=trip, case=PlacedCaseFactory(work=SHENZHEN), reasons={"does_not_go_there": "接"})
        client.force_login(organiser)
        url, name = url_of("transfer", trip.pk), f"why_does_not_go_there_{other.pk}"
        asked = {"target": target.pk, "bookings": [person.pk for person in (*people, other)], "deed": "preview"}
        said = {"why_does_not_go_there": "厂里到宁波接", name: "哥哥接"}

        looked = client.post(url, asked)
        wrong = client.post(url, asked | {name: "李师傅 13985700001 接"})
        again = client.post(url, asked | said)
        client.post(url, asked | said | {"deed": "move"})

        assert [field.name for field in looked.context["own_reasons"]] == [
            f"why_does_not_go_there_{person.pk}" for person in (people[1], other)
        ]
        assert f'name="{name}"' in text_of(looked)
        assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, [name])
        assert (len(again.context["preview"].went), 'value="哥哥接"' in text_of(again)) == (3, True)
        because = Booking.objects.active().order_by("seat__number").values_list("booked_because", flat=True)
        assert list(because) == ["", "厂里到宁波接", "哥哥接"]

    def test_why_one_of_a_household_waits_elsewhere_is_not_written_on_the_other(self, organiser):
        full = [TripFactory(full=True, layout="places", capacity=1) for _ in range(2)]
        household = HouseholdFactory()
        here, elsewhere = (PlacedCaseFactory(household=household, work=work) for work in (NINGBO, SHENZHEN))
        said = {"does_not_go_there": "厂里来接"}
        asked = {"by": organiser, "at": NOON, "reasons": said}
        waiting = services.join_standby_together(trip=full[0], cases=[here, elsewhere], **asked)

        services.move_standby(standbys=waiting, trip=full[1], **asked)

        there = Standby.objects.waiting().filter(trip=full[1]).values_list("case", "joined_because")
        assert dict(there) == {here.pk: "", elsewhere.pk: "厂里来接"}
