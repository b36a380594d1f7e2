"""A couple with one phone, both with a seat: the digit of one of them moves neither."""

from datetime import timedelta

import pytest

from cases.models import WorkItem
from notifications.models import Message
from notifications.receiving import replies
from tests.fairs.factories import ReferralFactory
from tests.staff.factories import DAFANG_VILLAGE
from tests.transport.factories import BookingFactory, TripFactory
from tests.workers.factories import NOON
from transport import services
from workers.models import Worker

pytestmark = pytest.mark.django_db

PHONE = "+8613800000001"
LATER = NOON + timedelta(hours=2)


def share_a_phone(*workers):
    for worker in Worker.objects.filter(pk__in=[worker.pk for worker in workers]):
        worker.set_phone(PHONE)
        worker.save()
        arrived = {"sent_at": NOON, "gateway_ref": f"r{worker.pk}", "phone_blind": worker.phone_blind}
        Message.objects.filter(worker=worker, state="queued").update(state="sent", **arrived)


@pytest.fixture
def answer(django_capture_on_commit_callbacks):
    def answer(digit):
        with django_capture_on_commit_callbacks(execute=True):
            return replies.receive_reply(gateway="sandbox", ref=digit, phone=PHONE, body=digit, at=LATER)

    return answer


def item_of(case):
    return WorkItem.objects.get(case=case, state="open")


@pytest.fixture
def couple():
    trip = TripFactory(open=True)
    both = BookingFactory(trip=trip), BookingFactory(trip=trip)
    share_a_phone(*(booking.worker for booking in both))
    return both


@pytest.mark.parametrize("digit", ["1", "2"])
def test_an_answer_that_fits_two_confirms_nobody_and_asks_the_cadre(couple, answer, digit):
    answer(digit)

    for booking, other in (couple, couple[::-1]):
        booking.refresh_from_db()
        item = item_of(booking.case)
        assert (booking.state, item.reason, item.not_before) == ("held", "whose_answer", LATER)
        said = {name: item.reason_data[name] for name in ("digit", "others")}
        assert said == {"digit": digit, "others": other.worker.name}
        assert item.reason_text == f"短信回了“{digit}”，可这部手机{other.worker.name}也在用，请问清是谁回的"


def test_who_was_confirmed_by_a_call_may_change_their_mind_so_an_answer_still_fits_two(couple, answer):
    services.confirm_seat(booking=couple[0], by=None, at=LATER)

    answer("2")

    for booking, state in zip(couple, ("confirmed", "held"), strict=True):
        booking.refresh_from_db()
        assert (booking.state, item_of(booking.case).reason) == (state, "whose_answer")


def test_a_fair_for_one_and_a_seat_for_the_other_are_two_people_too(answer):
    booking, referral = BookingFactory(trip=TripFactory(open=True)), ReferralFactory()
    share_a_phone(booking.worker, referral.worker)

    answer("2")

    booking.refresh_from_db()
    referral.refresh_from_db()
    assert (booking.state, referral.withdrawn_at) == ("held", None)
    assert (item_of(booking.case).reason, item_of(referral.case).reason) == ("whose_answer", "whose_answer")


def test_a_neighbour_alone_is_named(couple, answer):
    """Of somebody elsewhere the cadre who reads the reason may know nothing."""
    Worker.objects.filter(pk=couple[0].worker_id).update(area_id=DAFANG_VILLAGE)

    answer("1")

    assert "也有别人" in item_of(couple[1].case).reason_text
    assert couple[0].worker.name not in item_of(couple[1].case).reason_text
