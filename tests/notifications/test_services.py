from datetime import timedelta

import pytest

from notifications import services, tasks
from notifications.choices import Reason
from notifications.gateways import Capabilities
from notifications.gateways.sandbox import SandboxGateway
from notifications.models import Message
from notifications.rules.quiet_hours import next_loud_moment
from notifications.services import AlreadyOnItsWay, StillSuppressed
from notifications.templates import TemplateBroken
from tests.notifications.factories import MessageFactory, OptOutFactory
from tests.notifications.texts import MANY, NOTE, URGENT
from tests.staff.factories import UserFactory
from tests.workers.factories import NOON, WorkerFactory
from workers.models import JournalLine

NIGHT = NOON + timedelta(hours=11)  # 23:00 in Shanghai
MORNING = NOON + timedelta(hours=20)  # 08:00 the next day

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_over(monkeypatch):
    """(message, queue) of every task sent to the broker."""
    sent = []
    monkeypatch.setattr(tasks, "hand_over", lambda *, message_id, queue: sent.append((message_id, queue)))
    return sent


def queue(worker, template=NOTE, at=NOON, **more):
    wanted = {"context": {"what": "招聘会明天开始"}, "dedupe_key": f"{template}:1", **more}
    return services.queue_message(worker=worker, template=template, at=at, **wanted)


def lines_of(worker):
    """Journal lines after the one that put the worker on the register."""
    return [(line.what, line.data) for line in JournalLine.objects.filter(worker=worker, seq__gt=1).in_order()]


def test_a_text_is_written_down_and_handed_over_after_commit(handed_over, django_capture_on_commit_callbacks):
    worker = WorkerFactory(phone="+8613800001234")

    with django_capture_on_commit_callbacks(execute=True):
        message = queue(worker)
        assert handed_over == []

    assert (message.state, message.failed_reason, message.segments) == ("queued", "", 1)
    assert message.body == "【织金就业】您好，招聘会明天开始。回复TD退订"
    assert (message.queued_at, message.not_before, message.handed_over_at) == (NOON, NOON, NOON)
    assert (message.area_id, message.phone, message.phone_tail) == (worker.area_id, "+8613800001234", "1234")
    assert handed_over == [(message.pk, "interactive")]


def test_a_text_says_what_it_is_about_or_nothing(handed_over):
    worker = WorkerFactory()

    about = queue(worker, about=worker)
    alone = queue(worker, dedupe_key="alone")

    assert (about.about_type, about.about_id) == ("workers.worker", worker.pk)
    assert (alone.about_type, alone.about_id) == ("", None)


def test_reminders_to_many_go_behind_single_texts(handed_over, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = queue(WorkerFactory(), MANY)

    assert handed_over == [(message.pk, "bulk")]


def test_the_page_still_answers_when_the_broker_is_away(monkeypatch, django_capture_on_commit_callbacks, caplog):
    def away(**_):
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks, "hand_over", away)

    with django_capture_on_commit_callbacks(execute=True):
        message = queue(WorkerFactory())

    message.refresh_from_db()
    assert message.state == "queued"
    assert "no broker" in caplog.text


def test_the_same_occasion_gives_the_first_row(handed_over, django_capture_on_commit_callbacks):
    worker = WorkerFactory()

    with django_capture_on_commit_callbacks(execute=True):
        first = queue(worker)
        again = queue(worker, context={"what": "另一句话"}, at=NOON + timedelta(hours=1))

    assert again == first
    assert [message.body for message in Message.objects.all()] == [first.body]
    assert len(handed_over) == 1


def test_a_text_of_the_night_waits_for_the_morning(handed_over, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = queue(WorkerFactory(), at=NIGHT)

    assert (message.not_before, message.handed_over_at) == (MORNING, None)
    assert handed_over == []


@pytest.mark.parametrize(
    "needed_by, leaves_at",
    [
        (MORNING - timedelta(hours=1), NIGHT),
        (MORNING + timedelta(hours=1), NIGHT),
        (MORNING + timedelta(hours=2), MORNING),
    ],
)
def test_a_text_of_the_night_leaves_at_once_where_the_morning_is_too_late(needed_by, leaves_at):
    message = queue(WorkerFactory(), at=NIGHT, needed_by=needed_by)

    assert (message.not_before, message.wakes) == (leaves_at, leaves_at == NIGHT)


def test_a_text_of_the_day_leaves_at_once_and_may_be_late_only_as_far_as_it_is_of_use():
    late = queue(WorkerFactory(), needed_by=MORNING)
    can_wait = queue(WorkerFactory(), needed_by=MORNING + timedelta(hours=2), dedupe_key="other")

    assert [(text.not_before, text.wakes) for text in (late, can_wait)] == [(NOON, True), (NOON, False)]


def test_an_urgent_text_does_not_wait(handed_over, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = queue(WorkerFactory(), URGENT, at=NIGHT)

    assert message.not_before == NIGHT
    assert handed_over == [(message.pk, "interactive")]


def test_a_text_for_later_waits_and_never_lands_in_the_night():
    message = queue(WorkerFactory(), not_before=NOON + timedelta(hours=10))  # 22:00

    assert message.not_before == MORNING


def test_a_moment_that_has_passed_is_now():
    message = queue(WorkerFactory(), not_before=NOON - timedelta(days=1))

    assert message.not_before == NOON


@pytest.mark.parametrize(
    ("worker", "reason"),
    [
        ({"phoneless": True}, "no_phone"),
        ({"sms_allowed": False}, "not_allowed"),
        ({"phone": "+868577621234"}, "not_mobile"),
    ],
)
def test_someone_who_cannot_be_texted_is_held_back_not_refused(worker, reason, handed_over):
    worker = WorkerFactory(**worker)

    message = queue(worker)

    assert (message.state, message.failed_reason) == ("suppressed", reason)
    assert lines_of(worker) == [("sms_held_back", {"template": NOTE, "reason": reason})]
    assert handed_over == []


def test_someone_on_a_phone_that_opted_out_is_held_back():
    worker = WorkerFactory(phone="+8613800000001")
    OptOutFactory(phone="+8613800000001")

    message = queue(worker)

    assert (message.state, message.failed_reason) == ("suppressed", "opted_out")


def test_an_opt_out_that_was_taken_back_holds_nothing_back():
    worker = WorkerFactory(phone="+8613800000001")
    OptOutFactory(phone="+8613800000001", revoked_at=NOON)

    assert queue(worker).state == "queued"


def test_a_sensitive_text_never_reaches_the_row():
    worker = WorkerFactory()

    message = queue(worker, context={"what": "脱贫劳动力专场招聘会"})

    assert (message.state, message.failed_reason, message.body) == ("suppressed", "sensitive_text", "")


def test_a_web_address_is_held_back_where_the_operator_would_drop_it(monkeypatch):
    monkeypatch.setattr(SandboxGateway, "capabilities", Capabilities(two_way=True, links=False, knows_gsm7=False))
    context = {"what": "详见https://jobs.example.cn/v/AB12"}

    held = queue(WorkerFactory(), context=context)
    monkeypatch.undo()
    carried = queue(WorkerFactory(), context=context, dedupe_key="another")

    assert (held.state, held.failed_reason, carried.state) == ("suppressed", "blocked", "queued")


def test_a_mistake_in_the_code_is_loud():
    with pytest.raises(TemplateBroken):
        queue(WorkerFactory(), context={})
    with pytest.raises(TemplateBroken):
        queue(WorkerFactory(), "no_such_template")


def test_queueing_takes_a_bounded_number_of_queries(django_assert_max_num_queries):
    worker = WorkerFactory()

    with django_assert_max_num_queries(9):
        queue(worker)


class TestWithdraw:
    def test_takes_back_what_has_not_left(self):
        about = UserFactory()
        row = {"about_type": "staff.user", "about_id": about.pk}
        waiting, left, other = MessageFactory(**row), MessageFactory(**row, delivered=True), MessageFactory()

        withdrawn = services.withdraw_messages(about=about, at=NOON)

        waiting.refresh_from_db()
        left.refresh_from_db()
        other.refresh_from_db()
        assert (withdrawn, other.state) == ([waiting], "queued")
        assert (waiting.state, waiting.failed_reason, left.state) == ("suppressed", "withdrawn", "delivered")
        assert lines_of(waiting.worker) == [("sms_held_back", {"template": NOTE, "reason": "withdrawn"})]


class TestSendAgain:
    @pytest.mark.parametrize("state", ["failed", "unknown"])
    def test_begins_a_new_round(self, state, handed_over, django_capture_on_commit_callbacks):
        message, by = MessageFactory(**{state: True}), UserFactory(supervisor=True)

        with django_capture_on_commit_callbacks(execute=True):
            message = services.send_again(message_id=message.pk, round=1, by=by, at=NOON)

        assert (message.state, message.round, message.failed_reason) == ("queued", 2, "")
        assert lines_of(message.worker) == [("sms_sent_again", {"template": NOTE})]
        assert handed_over == [(message.pk, "interactive")]

    def test_pressed_twice_is_pressed_once(self, handed_over, django_capture_on_commit_callbacks):
        message, by = MessageFactory(failed=True), UserFactory(supervisor=True)

        with django_capture_on_commit_callbacks(execute=True):
            services.send_again(message_id=message.pk, round=1, by=by, at=NOON)
            again = services.send_again(message_id=message.pk, round=1, by=by, at=NOON)

        assert (again.state, again.round) == ("queued", 2)
        assert len(lines_of(message.worker)) == len(handed_over) == 1

    @pytest.mark.parametrize("state", ["sending", "sent", "delivered", "suppressed"])
    def test_is_refused_for_a_text_that_did_not_get_stuck(self, state):
        message = MessageFactory(**{state: True})

        with pytest.raises(AlreadyOnItsWay):
            services.send_again(message_id=message.pk, round=1, by=UserFactory(supervisor=True), at=NOON)

        message.refresh_from_db()
        assert message.state == state

    def test_is_refused_while_the_phone_wants_no_texts(self):
        message = MessageFactory(failed=True, worker__phone="+8613800000001")
        OptOutFactory(phone="+8613800000001")

        with pytest.raises(StillSuppressed, match=str(Reason.OPTED_OUT.label)):
            services.send_again(message_id=message.pk, round=1, by=UserFactory(supervisor=True), at=NOON)

        message.refresh_from_db()
        assert (message.state, message.round) == ("failed", 1)

    def test_goes_to_the_number_as_it_is_now(self):
        message = MessageFactory(failed=True, worker__phone="+8613800000001")
        message.worker.set_phone("+8613800005678")
        message.worker.save()

        message = services.send_again(message_id=message.pk, round=1, by=UserFactory(supervisor=True), at=NOON)

        assert message.phone_tail == "5678"

    def test_waits_for_the_morning_like_any_other(self):
        message = MessageFactory(failed=True)

        message = services.send_again(message_id=message.pk, round=1, by=UserFactory(supervisor=True), at=NIGHT)

        assert message.not_before == next_loud_moment(NIGHT) == MORNING

    def test_leaves_at_night_where_the_morning_is_too_late(self):
        message = MessageFactory(failed=True, wakes=True)

        message = services.send_again(message_id=message.pk, round=1, by=UserFactory(supervisor=True), at=NIGHT)

        assert message.not_before == NIGHT
