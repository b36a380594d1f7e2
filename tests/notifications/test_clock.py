from datetime import timedelta

import pytest
import time_machine
from celery.schedules import crontab

from notifications import clock, services, tasks
from notifications.models import Message
from notifications.sending import delivery
from tests.notifications.factories import MessageFactory
from tests.notifications.texts import MANY
from tests.plans import plan_of
from tests.staff.factories import DAFANG_VILLAGE
from tests.workers.factories import NOON
from workers.models import Worker

pytestmark = [pytest.mark.clock, pytest.mark.django_db]


@pytest.fixture
def handed_over(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks, "hand_over", lambda *, message_id, queue: sent.append((message_id, queue)))
    return sent


@pytest.fixture
def sweep(handed_over, django_capture_on_commit_callbacks):
    """Hand over what is due at that moment; answers what went to the broker."""

    def at(moment):
        handed_over.clear()
        with django_capture_on_commit_callbacks(execute=True):
            services.hand_over_due(at=moment)
        return list(handed_over)

    return at


def test_what_is_due_is_handed_over_oldest_first(sweep):
    later = MessageFactory(not_before=NOON)
    earlier = MessageFactory(not_before=NOON - timedelta(hours=1), template=MANY)
    MessageFactory(not_before=NOON + timedelta(minutes=1))
    MessageFactory(delivered=True)

    assert sweep(NOON) == [(earlier.pk, "bulk"), (later.pk, "interactive")]


def test_a_task_under_way_is_not_doubled_and_a_lost_one_is_repeated(sweep):
    message = MessageFactory()

    assert sweep(NOON) == [(message.pk, "interactive")]
    assert sweep(NOON + timedelta(minutes=9)) == []
    assert sweep(NOON + timedelta(minutes=10)) == [(message.pk, "interactive")]


def test_a_text_whose_task_never_reached_the_broker_leaves_all_the_same(sweep):
    message = MessageFactory(handed_over_at=NOON)

    assert sweep(NOON + timedelta(minutes=10)) == [(message.pk, "interactive")]


def test_the_sweep_takes_the_same_queries_for_one_and_for_three(sweep, django_assert_num_queries):
    MessageFactory()
    with django_assert_num_queries(4):
        sweep(NOON)
    MessageFactory.create_batch(3)
    with django_assert_num_queries(4):
        sweep(NOON)


def test_the_task_delivers_by_id():
    message = MessageFactory()

    with time_machine.travel(NOON, tick=False):
        tasks.deliver_message(message_id=message.pk)

    message.refresh_from_db()
    assert (message.state, message.delivered_at) == ("delivered", NOON)


def test_what_goes_wrong_with_one_text_of_a_task_is_told_after_the_others_have_left(monkeypatch):
    first, broken, last = MessageFactory.create_batch(3)
    really = delivery.deliver

    def deliver(*, message_id, now):
        if message_id == broken.pk:
            raise ZeroDivisionError
        really(message_id=message_id, now=now)

    monkeypatch.setattr(delivery, "deliver", deliver)

    with time_machine.travel(NOON, tick=False), pytest.raises(ZeroDivisionError):
        tasks.deliver_messages(message_ids=[first.pk, broken.pk, last.pk])

    states = Message.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["delivered", "queued", "delivered"]


def test_numbers_of_texts_that_are_over_are_forgotten():
    old = NOON - timedelta(days=91)
    over = MessageFactory(delivered=True, at=old)
    undecided = MessageFactory(unknown=True, at=old)
    fresh = MessageFactory(delivered=True)

    clock.forget_numbers(at=NOON)

    kept = {message.pk: message for message in Message.objects.all()}
    assert (kept[over.pk].phone, kept[over.pk].phone_tail) == ("", over.phone_tail)
    assert kept[undecided.pk].phone == undecided.worker.phone
    assert kept[fresh.pk].phone == fresh.worker.phone


def test_numbers_are_forgotten_some_at_a_time_and_each_of_them_at_last(monkeypatch):
    monkeypatch.setattr(clock, "NUMBERS_AT_ONCE", 2)
    old = NOON - timedelta(days=91)
    ends = ("delivered", "failed", "unknown", "suppressed")
    texts = [MessageFactory(**{end: True}, at=old - timedelta(days=n)) for n, end in enumerate(ends * 2)]
    texts += [MessageFactory(at=old), MessageFactory(delivered=True)]
    kept_until_now = [text for text in texts if text.phone_cipher]
    over = [text.pk for text in kept_until_now if text.queued_at <= old and text.state not in ("queued", "unknown")]

    counts = [clock.forget_numbers(at=NOON) for _night in range(2)]

    assert counts == [len(over), 0]
    kept = set(Message.objects.exclude(phone_cipher=None).values_list("pk", flat=True))
    assert kept == {text.pk for text in kept_until_now} - set(over)


def test_numbers_still_to_be_forgotten_are_found_by_their_index():
    due = Message.objects.over_with_number().filter(queued_at__lt=NOON).order_by("queued_at")[:10]

    assert "using message_over_with_number" in plan_of(due, only="message_over_with_number")


def test_by_night_every_stretch_of_texts_is_brought_home(monkeypatch):
    monkeypatch.setattr(clock, "KEYS_AT_ONCE", 2)
    texts = [MessageFactory() for _ in range(5)]
    moved = [text.worker_id for text in texts[::2]]
    Worker.objects.filter(pk__in=moved).update(area_id=DAFANG_VILLAGE)

    assert (clock.bring_all_home(), clock.bring_all_home()) == (3, 0)
    assert list(Message.objects.away_from_home()) == []


def test_by_night_texts_left_behind_follow_their_worker_home():
    message = MessageFactory()
    Worker.objects.filter(pk=message.worker_id).update(area_id=DAFANG_VILLAGE)

    clock.tidy_up()

    message.refresh_from_db()
    assert message.area_id == DAFANG_VILLAGE


def test_the_clock_knows_when():
    assert {
        "notifications.sweep": {"task": "notifications.clock.sweep", "schedule": 60},
        "notifications.tidy_up": {"task": "notifications.clock.tidy_up", "schedule": crontab(hour=3, minute=40)},
    } == clock.SCHEDULE
