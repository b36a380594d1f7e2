"""Many texts at once and one by one write the same rows; nobody gets one twice, and none is lost."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from kit.copying import copy_values
from notifications import services, tasks
from notifications.choices import ENGLISH
from notifications.models import Message, OptOut
from notifications.sending.writing import Draft
from tests.notifications.factories import OptOutFactory
from tests.notifications.texts import MANY, NOTE, URGENT
from tests.workers.factories import NOON, WorkerFactory
from workers import journal
from workers.models import JournalLine

pytestmark = pytest.mark.django_db
OWN = {"id", "worker_id", "dedupe_key", "about_id", "phone_cipher", "seq", "hash", "prev_hash", "mac"}
NIGHT = NOON + timedelta(hours=11)
SAID = {"what": "招聘会明天\n开始", "more": "is left alone"}


def with_phone(**more):
    return lambda: WorkerFactory(**{"phone": "+8613800001234", **more})


def with_a_wrong_phone():
    worker = WorkerFactory(phone="+8613800001234")
    worker.wrong_phone_blind = worker.phone_blind
    worker.save()
    return worker


def opted_out():
    if not OptOut.objects.exists():
        OptOutFactory(phone="+8613800000001")
    return WorkerFactory(phone="+8613800000001")


CASES = {
    "by day": (with_phone(), {}),
    "by night": (with_phone(), {"at": NIGHT}),
    "by night and urgent": (with_phone(), {"at": NIGHT, "template": URGENT}),
    "by night and needed before the morning": (with_phone(), {"at": NIGHT, "needed_by": NIGHT + timedelta(hours=9)}),
    "for later": (with_phone(), {"not_before": NOON + timedelta(days=1), "not_after": NOON + timedelta(days=2)}),
    "in English, to many": (with_phone(), {"language": ENGLISH, "template": MANY}),
    "of several parts": (with_phone(), {"context": {"what": "𠮷" + "很长" * 90}}),
    "of nothing sensitive": (with_phone(), {"context": {"what": "1 \\ 2\t3"}}),
    "no phone": (with_phone(phone=""), {}),
    "not a mobile": (with_phone(phone="+868578220000"), {}),
    "not allowed": (with_phone(sms_allowed=False), {}),
    "wrong phone": (with_a_wrong_phone, {}),
    "opted out": (opted_out, {}),
    "sensitive": (with_phone(), {"context": {"what": "身份证号 522425198706019028"}}),
    "a web address": (with_phone(), {"context": {"what": "https://example.org"}}),
}


def queue_one(worker, key, *, template=NOTE, at=NOON, language="zh-hans", context=SAID, **more):
    services.queue_message(
        worker=worker,
        template=template,
        context=context,
        dedupe_key=key,
        about=worker,
        at=at,
        language=language,
        **more,
    )


def queue_many(workers, *, template=NOTE, at=NOON, language="zh-hans", context=SAID, **more) -> int:
    drafts = [Draft(worker=w, context=context, dedupe_key=f"many:{w.pk}", about=w, **more) for w in workers]
    return services.queue_many(drafts, template=template, at=at, language=language)


def rows_about(worker) -> tuple:
    """Column by column, without what must differ, and the number in clear."""
    rows = [
        {name: value for name, value in row.items() if name not in OWN}
        for table in (Message.objects.filter(worker=worker), JournalLine.objects.filter(worker=worker, seq__gt=1))
        for row in table.values()
    ]
    return rows, [message.phone for message in Message.objects.filter(worker=worker)]


@pytest.mark.parametrize("case", list(CASES))
def test_many_at_once_write_what_one_by_one_writes(case):
    make, how = CASES[case]
    alone, *many = make(), make(), make()
    queue_one(alone, "alone", **how)

    assert queue_many(many, **how) == 2

    assert [rows_about(worker) for worker in many] == [rows_about(alone)] * 2
    assert list(journal.verify_all()) == []


def test_what_is_due_is_handed_over_after_the_commit_and_nothing_else(monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(tasks, "hand_over", lambda *, message_id, queue: sent.append((message_id, queue)))
    due, held_back = WorkerFactory(), WorkerFactory(phone="")

    with django_capture_on_commit_callbacks(execute=True):
        queue_many([due, held_back], template=MANY)
        queue_many([WorkerFactory()], not_before=NOON + timedelta(days=1))
        assert sent == []

    assert sent == [(Message.objects.get(worker=due).pk, "bulk")]


def test_what_was_queued_is_not_queued_again():
    old, new = WorkerFactory(), WorkerFactory()
    queue_one(old, f"many:{old.pk}")

    assert [queue_many([old, new, new]), queue_many([old, new])] == [1, 0]
    assert Message.objects.count() == 2


def test_no_drafts_are_no_work(django_assert_num_queries):
    with django_assert_num_queries(2):  # the transaction's own
        assert queue_many([]) == 0


def test_a_thousand_take_as_many_queries_as_one(django_assert_max_num_queries):
    workers = [WorkerFactory() for _ in range(20)]

    with django_assert_max_num_queries(10):
        queue_many(workers)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [False, True])
def test_two_who_queue_the_same_at_once_double_none_and_lose_none(monkeypatch, guarded):
    """With the guard off the second of them is refused by the database, with all it had to write."""
    workers = [WorkerFactory() for _ in range(3)]
    both_looked, look = threading.Barrier(2), services._not_queued_yet

    def look_together(drafts):
        found = look(drafts)
        both_looked.wait(timeout=10)
        return found

    monkeypatch.setattr(services, "_not_queued_yet", look_together)
    if not guarded:
        monkeypatch.setattr(
            services, "_write_new", lambda rows: dict(zip(copy_values(Message, rows), rows, strict=True))
        )

    outcomes = at_once(lambda: queue_many(workers[:2]), lambda: queue_many(workers[1:]))

    refused = [outcome for outcome in outcomes if isinstance(outcome, IntegrityError)]
    assert len(refused) == (0 if guarded else 1)
    assert Message.objects.count() == (3 if guarded else 2)
    if guarded:
        assert sorted(outcomes) == [1, 2]


def at_once(*deeds):
    outcomes = [None] * len(deeds)

    def run(number, deed):
        try:
            outcomes[number] = deed()
        except Exception as raised:
            outcomes[number] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes
