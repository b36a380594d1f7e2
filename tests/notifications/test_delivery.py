from datetime import timedelta

import pytest

from notifications import events, gateways, services
from notifications.gateways import Accepted, Parcel, TemporaryFailure
from notifications.models import OptOut
from notifications.sending import delivery
from notifications.sending.delivery import RETRY_AFTER
from tests.notifications.factories import MessageFactory, OptOutFactory
from tests.notifications.texts import NOTE
from tests.staff.factories import UserFactory
from tests.workers.factories import NOON
from workers.models import JournalLine

LATER = NOON + timedelta(seconds=2)
NIGHT = NOON + timedelta(hours=11)
MORNING = NOON + timedelta(hours=20)

pytestmark = pytest.mark.django_db


def deliver(message, at=NOON):
    """`at` when it is claimed; the network answers two seconds later."""
    clock = iter([at, at + timedelta(seconds=2)])
    delivery.deliver(message_id=message.pk, now=lambda: next(clock))
    message.refresh_from_db()
    return message


def attempts(message):
    return list(message.attempts.values_list("round", "number", "outcome", "code"))


def lines_of(worker):
    return [(line.what, line.data) for line in JournalLine.objects.filter(worker=worker, seq__gt=1).in_order()]


@pytest.fixture
def failed():
    """Messages announced as failed."""
    heard = []

    def hear(sender, *, message, at, **_):
        heard.append((message.pk, at))

    events.message_failed.connect(hear)
    yield heard
    events.message_failed.disconnect(hear)


class TestSandbox:
    def test_is_the_default_and_delivers_at_once(self, settings):
        message = deliver(MessageFactory())

        assert settings.WAYFARE_SMS_GATEWAY == "sandbox"
        assert (message.state, message.gateway) == ("delivered", "sandbox")
        assert (message.sent_at, message.delivered_at) == (LATER, LATER)
        assert attempts(message) == [(1, 1, "accepted", "")]
        assert lines_of(message.worker) == [("sms_sent", {"template": NOTE})]

    def test_delivering_again_does_nothing(self):
        message = deliver(MessageFactory())

        deliver(message, at=NOON + timedelta(hours=1))

        assert attempts(message) == [(1, 1, "accepted", "")]

    def test_a_message_that_does_not_exist_is_no_error(self):
        delivery.deliver(message_id=404, now=lambda: NOON)


class TestBeforeItLeaves:
    def test_it_waits_for_its_time(self):
        message = MessageFactory(not_before=NOON + timedelta(minutes=1))

        assert deliver(message).state == "queued"

    def test_a_late_opt_out_still_holds_it_back(self):
        message = MessageFactory(worker__phone="+8613800000001")
        OptOutFactory(phone="+8613800000001")

        assert (deliver(message).state, message.failed_reason) == ("suppressed", "opted_out")

    def test_a_late_no_still_holds_it_back(self):
        message = MessageFactory()
        message.worker.sms_allowed = False
        message.worker.save()

        assert (deliver(message).state, message.failed_reason) == ("suppressed", "not_allowed")

    def test_what_comes_too_late_does_not_come(self):
        message = MessageFactory(not_after=NOON - timedelta(minutes=1))

        assert (deliver(message).state, message.failed_reason) == ("suppressed", "too_late")
        assert attempts(message) == []

    def test_a_backlog_that_reaches_the_night_waits_for_the_morning(self):
        message = deliver(MessageFactory(), at=NIGHT)

        assert (message.state, message.not_before) == ("queued", MORNING)
        assert attempts(message) == []

    def test_what_would_come_too_late_in_the_morning_leaves_at_night(self):
        assert deliver(MessageFactory(wakes=True), at=NIGHT).state == "delivered"

    def test_it_goes_to_the_number_as_it_is_now(self, twilio):
        message = MessageFactory(worker__phone="+8613800000001")
        message.worker.set_phone("+8613800005678")
        message.worker.save()

        deliver(message)

        assert [taken.to for taken in twilio.taken] == ["+8613800005678"]
        assert message.phone_tail == "5678"


class TestTwilio:
    def test_takes_the_text_and_gives_its_reference(self, twilio):
        message = deliver(MessageFactory())

        (taken,) = twilio.taken
        token = message.attempts.get().token
        assert (taken.to, taken.body) == (message.worker.phone, message.body)
        assert taken.callback == f"https://jobs.example.cn/webhooks/twilio/status/{token}/"
        assert (message.state, message.gateway_ref, message.sent_at) == ("sent", taken.sid, LATER)

    @pytest.mark.parametrize(
        ("behaviour", "reason", "code"),
        [
            ("invalid", "number_invalid", "21211"),
            ("landline", "not_mobile", "21614"),
            ("opted_out", "opted_out", "21610"),
        ],
    )
    def test_refusals_for_good_are_failures_with_a_reason(
        self, twilio, failed, django_capture_on_commit_callbacks, behaviour, reason, code
    ):
        twilio.next(behaviour)

        with django_capture_on_commit_callbacks(execute=True):
            message = deliver(MessageFactory())

        assert (message.state, message.failed_reason, message.gateway_code) == ("failed", reason, code)
        assert attempts(message) == [(1, 1, "refused_for_good", code)]
        assert lines_of(message.worker)[0] == ("sms_failed", {"template": NOTE, "reason": reason})
        assert failed == [(message.pk, LATER)]

    def test_an_opt_out_the_network_knows_of_is_kept(self, twilio):
        twilio.next("opted_out")

        message = deliver(MessageFactory())

        kept = OptOut.objects.get()
        assert (bytes(kept.phone_blind), kept.how) == (bytes(message.phone_blind), "network")
        assert [what for what, _ in lines_of(message.worker)] == ["sms_failed", "sms_opted_out"]

    def test_a_busy_network_is_tried_again_later_and_then_takes_it(self, twilio):
        twilio.next("busy")
        message = deliver(MessageFactory())
        assert (message.state, message.not_before) == ("queued", LATER + RETRY_AFTER[0])

        message = deliver(message, at=message.not_before)

        assert message.state == "sent"
        assert attempts(message) == [(1, 1, "refused_for_now", "20429"), (1, 2, "accepted", "")]
        assert len(twilio.taken) == 1

    def test_after_six_busy_answers_it_gives_up(self, twilio, failed, django_capture_on_commit_callbacks):
        twilio.next(*["busy"] * 6)
        message = MessageFactory()
        at = NOON

        for _ in range(5):
            message = deliver(message, at=at)
            at = delivery.next_loud_moment(message.not_before)
        with django_capture_on_commit_callbacks(execute=True):
            message = deliver(message, at=at)

        assert (message.state, message.failed_reason, message.gateway_code) == ("failed", "gave_up", "20429")
        assert [outcome for _, _, outcome, _ in attempts(message)] == ["refused_for_now"] * 6
        assert len(failed) == 1

    def test_wrong_credentials_lose_no_text(self, twilio, settings):
        settings.TWILIO_AUTH_TOKEN = "expired"

        assert deliver(MessageFactory()).state == "queued"

    def test_nobody_listening_means_nothing_left(self, twilio, settings):
        settings.TWILIO_BASE_URL = "http://127.0.0.1:9"

        message = deliver(MessageFactory())

        assert message.state == "queued"
        assert attempts(message) == [(1, 1, "refused_for_now", "no_connection")]

    @pytest.mark.parametrize("behaviour", ["broken", "away", "drop", "garbage", "slow"])
    def test_an_unclear_answer_is_unknown_and_never_tried_again(self, twilio, monkeypatch, behaviour):
        monkeypatch.setattr("notifications.gateways.twilio.SECONDS_TO_ANSWER", 0.3)
        twilio.slow_for = 1
        twilio.next(behaviour)
        message = deliver(MessageFactory())
        assert (message.state, message.failed_reason) == ("unknown", "no_answer")

        for hours in (1, 2, 24):
            deliver(message, at=NOON + timedelta(hours=hours))

        assert (message.state, twilio.asked) == ("unknown", 1)
        assert [outcome for _, _, outcome, _ in attempts(message)] == ["unknown"]
        assert lines_of(message.worker) == [("sms_unknown", {"template": NOTE, "reason": "no_answer"})]

    def test_a_person_may_send_an_unknown_one_again(self, twilio):
        twilio.next("drop")
        message = deliver(MessageFactory())

        services.send_again(message_id=message.pk, round=1, by=UserFactory(supervisor=True), at=NOON)
        deliver(message)

        assert message.state == "sent"
        assert [(round, outcome) for round, _, outcome, _ in attempts(message)] == [(1, "unknown"), (2, "accepted")]


class TestKnowledgeOnlyGrows:
    def test_an_answer_after_we_gave_up_still_counts(self):
        claimed = delivery.claim(message_id=MessageFactory().pk, at=NOON)
        delivery.give_up_on_interrupted(at=NOON + timedelta(minutes=6))

        delivery.record_answer(attempt_id=claimed.attempt_id, answer=Accepted("SB1"), at=NOON + timedelta(minutes=7))

        attempt, message = delivery.lock_attempt(claimed.attempt_id)
        assert (message.state, message.failed_reason, attempt.outcome) == ("sent", "", "accepted")

    def test_a_refusal_after_we_gave_up_does_not_send_by_itself(self):
        claimed = delivery.claim(message_id=MessageFactory().pk, at=NOON)
        delivery.give_up_on_interrupted(at=NOON + timedelta(minutes=6))

        delivery.record_answer(attempt_id=claimed.attempt_id, answer=TemporaryFailure("20429"), at=NOON)

        attempt, message = delivery.lock_attempt(claimed.attempt_id)
        assert (message.state, attempt.outcome) == ("unknown", "refused_for_now")

    def test_an_answer_of_an_older_round_leaves_the_new_one_alone(self):
        claimed = delivery.claim(message_id=MessageFactory().pk, at=NOON)
        delivery.give_up_on_interrupted(at=NOON + timedelta(minutes=6))
        _, message = delivery.lock_attempt(claimed.attempt_id)
        services.send_again(message_id=message.pk, round=1, by=UserFactory(supervisor=True), at=NOON)

        delivery.record_answer(attempt_id=claimed.attempt_id, answer=Accepted("SB1"), at=NOON)

        attempt, message = delivery.lock_attempt(claimed.attempt_id)
        assert (message.state, message.round, attempt.outcome) == ("queued", 2, "accepted")


class TestInterrupted:
    def test_an_attempt_nobody_finishes_becomes_unknown(self):
        message = MessageFactory()
        delivery.claim(message_id=message.pk, at=NOON)

        count = delivery.give_up_on_interrupted(at=NOON + timedelta(minutes=5, seconds=1))

        message.refresh_from_db()
        assert (count, message.state, message.failed_reason) == (1, "unknown", "interrupted")
        assert attempts(message) == [(1, 1, "unknown", "")]

    def test_an_attempt_under_way_is_left_alone(self):
        message = MessageFactory()
        delivery.claim(message_id=message.pk, at=NOON)

        count = delivery.give_up_on_interrupted(at=NOON + timedelta(minutes=4))

        message.refresh_from_db()
        assert (count, message.state) == (0, "sending")

    def test_a_bug_in_a_gateway_surfaces_and_sends_nothing_twice(self, monkeypatch):
        class Broken:
            name, capabilities = "sandbox", None

            def send(self, parcel):
                raise RuntimeError("a bug")

        monkeypatch.setattr(gateways, "current", Broken)
        message = MessageFactory()

        with pytest.raises(RuntimeError):
            deliver(message)

        message.refresh_from_db()
        assert message.state == "sending"
        assert deliver(message).attempts.count() == 1


def test_a_parcel_in_a_log_shows_no_number():
    assert repr(Parcel("+8613800000001", "您好", "a-token")) == "<Parcel a-token>"
