"""The papers, read back from the PDF."""

import unicodedata
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.staff.factories import UserFactory
from tests.transport.factories import BookingFactory, PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON
from transport import papers, services
from transport.models import Booking, Trip

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking():
    leader = UserFactory(transport_organiser=True, display_name="冉桃", phone="13800001111")
    trip = TripFactory(
        open=True, leader=leader, carrier="黔西北合成客运公司", permit_no="黔毕包2026-0218", distance_km=1730
    )
    case = PlacedCaseFactory(name="陈达")
    return BookingFactory(trip=trip, case=case)


def text_of(pdf):
    return plain("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def plain(text):
    """Without spaces: where a line of a PDF breaks is no matter of ours. Some fonts call 小 a radical: NFKC."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def missing(wanted, text):
    return [words for words in wanted if plain(words) not in text]


def pages_of(pdf):
    return len(PdfReader(BytesIO(pdf)).pages)


def test_the_posted_copy_names_people_and_masks_their_numbers(booking):
    worker = booking.worker

    text = text_of(papers.manifest(booking.trip, copy=papers.POSTED))

    assert ("陈达" in text, "张贴件" in text) == (True, True)
    assert (worker.id_number in text, worker.phone[3:] in text) == (False, False)
    assert (worker.id_number_masked in text, worker.phone_masked in text) == (True, True)


@pytest.mark.parametrize("copy, title", [(papers.SEALED, "车长联"), (papers.OFFICE, "留存联")])
def test_the_full_copies_show_whole_numbers(booking, copy, title):
    worker = booking.worker

    text = text_of(papers.manifest(booking.trip, copy=copy))

    assert (worker.id_number in text, worker.phone[3:] in text, title in text) == (True, True, True)


def test_the_manifest_says_what_the_road_police_ask_for(booking):
    text = text_of(papers.manifest(booking.trip, copy=papers.SEALED))

    wanted = (
        booking.trip.code, "贵F·99904", "黔西北合成客运公司", "黔毕包2026-0218", "安海、岑良、潘捷", "冉桃",
        "1,730公里", "猫场镇政府广场", "集合10:30", "开车11:00", "12333", "12348", "合计1人", "空座48",
        "周建0574-87310002", booking.case.placements.get().employer_name,
    )  # fmt: skip
    assert missing(wanted, text) == []


def test_the_posted_copy_of_a_coach_is_one_page_and_the_leaders_is_two(booking):
    assert pages_of(papers.manifest(booking.trip, copy=papers.POSTED)) == 1
    assert pages_of(papers.manifest(booking.trip, copy=papers.SEALED)) == 2


@pytest.mark.parametrize("copy", [papers.POSTED, papers.SEALED])
def test_the_totals_stand_below_every_seat(booking, copy):
    """Floats that their box does not contain once let the foot of the page slide up over the table."""
    last_page = PdfReader(BytesIO(papers.manifest(booking.trip, copy=copy))).pages[-1]

    (totals,), seats = heights_of("合计", last_page), heights_of("空座", last_page)

    assert (len(seats) > 20, totals < min(seats)) == (True, True)


def heights_of(words, page) -> list[float]:
    """How far above the lower edge of the paper each of them stands, in points."""
    found = []

    def look(text, now, at, *_):
        if unicodedata.normalize("NFKC", text).strip() == words:
            found.append(now[3] * at[5] + now[5])

    page.extract_text(visitor_text=look)
    return found


def test_a_train_lists_people_and_not_six_hundred_empty_places():
    trip = TripFactory(open=True, kind="train", layout="places", capacity=600)
    BookingFactory(trip=trip)

    text = text_of(papers.manifest(trip, copy=papers.POSTED))

    assert ("返岗专列乘车花名册" in text, text.count("空座")) == (True, 1)


def test_a_train_prints_no_sheet_for_an_empty_car_and_says_once_that_nobody_goes():
    cars = [{"name": name, "kind": "soft_sleeper", "places": 4} for name in ("3", "4", "5")]
    trip = TripFactory(open=True, kind="train", layout="cars", cars=cars, drivers=[])
    empty = papers.manifest(trip, copy=papers.POSTED)
    BookingFactory(trip=trip, seat=trip.seats.filter(car="4").first())

    whole, of_an_empty_car = (
        papers.manifest(trip, copy=papers.POSTED),
        papers.manifest(trip, copy=papers.POSTED, car="3"),
    )

    assert [pages_of(pdf) for pdf in (empty, whole, of_an_empty_car)] == [1, 1, 1]
    assert [text_of(pdf).count("没有乘客") for pdf in (empty, whole, of_an_empty_car)] == [1, 0, 1]


def test_the_sheet_of_a_cancelled_trip_says_so_and_with_which_trip_its_people_go(booking):
    target = TripFactory(open=True)
    before = text_of(papers.manifest(booking.trip, copy=papers.SEALED))
    asked = {"source": booking.trip, "target": target, "bookings": [booking], "by": None, "at": NOON}
    services.move_people(**asked, cancel_emptied="车坏了")
    trip = Trip.objects.get(pk=booking.trip_id)

    pages = [text_of(papers.manifest(trip, copy=copy)) for copy in papers.COPIES]

    assert [word in before for word in ("已取消", target.code)] == [False, False]
    assert [(page.count("已取消") > 0, target.code in page) for page in pages] == [(True, True)] * 3


def test_a_trip_without_people_still_prints():
    trip = TripFactory(layout="places", capacity=5)

    assert "没有乘客" in text_of(papers.manifest(trip, copy=papers.SEALED))


def test_the_ticket_says_when_where_which_seat_whom_to_meet_and_whom_to_call(booking):
    booking = Booking.objects.select_related("trip", "seat", "pickup", "dropoff", "worker").get(pk=booking.pk)

    text = text_of(papers.ticket(booking))

    wanted = (
        booking.trip.code, "3月6日10:30", "1号", "猫场镇政府广场，老槐树下", "宁波", "周建0574-87310002", "陈达",
        booking.code, "身份证", "12333", "12348", "免费，不得转让",
    )  # fmt: skip
    assert missing(wanted, text) == []
    assert booking.worker.id_number not in text


def test_the_code_on_the_ticket_opens_the_boarding_page_and_says_nothing_about_the_person(booking):
    address = papers.boarding_address(booking)

    assert address.endswith(f"/trips/{booking.trip_id}/board/?code={booking.code}")
