"""Who tells the broker: once for many texts, and never while a page waits."""

import threading

from notifications.sending.courier import AT_ONCE, Courier


def carried_by(carry=None):
    """A courier whose thread never starts, and what it carried."""
    carried = []
    courier = Courier(carry or (lambda message_ids, queue: carried.append((queue, message_ids))))
    courier._thread = threading.current_thread()
    return courier, carried


def test_texts_that_came_together_are_carried_together_each_to_its_queue():
    courier, carried = carried_by()
    for message_id, queue in ((3, "interactive"), (1, "bulk"), (2, "interactive")):
        courier.take(message_id=message_id, queue=queue)

    courier.empty()

    assert carried == [("bulk", [1]), ("interactive", [2, 3])]


def test_a_crowd_is_carried_in_several_tasks():
    courier, carried = carried_by()
    for message_id in range(2 * AT_ONCE + 1):
        courier.take(message_id=message_id, queue="bulk")

    courier.empty()

    assert [len(message_ids) for _, message_ids in carried] == [AT_ONCE, AT_ONCE, 1]
    assert [n for _, message_ids in carried for n in message_ids] == list(range(2 * AT_ONCE + 1))


def test_an_emptied_bag_stays_empty():
    courier, carried = carried_by()
    courier.take(message_id=1, queue="bulk")

    courier.empty()
    courier.empty()

    assert carried == [("bulk", [1])]


def test_a_broker_that_is_away_is_told_to_the_log_and_the_next_text_is_carried(caplog):
    answers = iter([ConnectionError("no broker"), None])
    carried = []

    def carry(message_ids, queue):
        answer = next(answers)
        if answer:
            raise answer
        carried.append(message_ids)

    courier, _ = carried_by(carry)

    for message_id in (1, 2):
        courier.take(message_id=message_id, queue="bulk")
        courier.empty()

    assert carried == [[2]]
    assert "no broker" in caplog.text


def test_the_first_text_starts_the_thread_that_carries_it():
    told, carried = threading.Event(), []

    def carry(message_ids, queue):
        carried.append((message_ids, queue))
        told.set()

    Courier(carry).take(message_id=7, queue="interactive")

    assert told.wait(timeout=10)
    assert carried == [([7], "interactive")]


def test_a_forked_child_leaves_what_the_parent_took_to_the_parent():
    courier, carried = carried_by()
    courier.take(message_id=1, queue="bulk")

    courier._begin()
    courier.empty()

    assert carried == []
