"""What may never be false about texts, counted afresh."""

from django.db import connection
from django.db.models import F

from notifications.models import DeliveryAttempt, InboundMessage, Message
from workers import invariants

TWICE_IN_A_ROUND = """
SELECT count(*) FROM (SELECT 1 FROM notifications_deliveryattempt
    WHERE outcome NOT IN ('refused_for_now', 'refused_for_good') GROUP BY message_id, round HAVING count(*) > 1) twice
"""
SENT_WITHOUT_ATTEMPT = """
SELECT count(*) FROM notifications_message m WHERE m.state IN ('sending', 'sent', 'delivered', 'unknown')
    AND NOT EXISTS (SELECT 1 FROM notifications_deliveryattempt a WHERE a.message_id = m.id AND a.round = m.round
        AND a.outcome NOT IN ('refused_for_now', 'refused_for_good'))
"""
ANOTHER_REFERENCE = """
SELECT count(*) FROM notifications_message m JOIN notifications_deliveryattempt a
    ON a.message_id = m.id AND a.round = m.round AND a.outcome = 'accepted'
    WHERE m.state IN ('sent', 'delivered') AND m.gateway_ref <> a.gateway_ref
"""
ELSEWHERE = """
SELECT count(*) FROM notifications_message m JOIN workers_worker w ON w.id = m.worker_id
    WHERE m.area_code <> w.area_code
"""
AFTER_OPT_OUT = """
SELECT count(*) FROM notifications_message m JOIN notifications_deliveryattempt a ON a.message_id = m.id
    JOIN notifications_optout o ON o.phone_blind = m.phone_blind AND a.started_at > o.opted_out_at
        AND (o.revoked_at IS NULL OR a.started_at < o.revoked_at)
"""


def counted_by(sql: str):
    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]

    return count


def messages_without_a_worker() -> int:
    return Message.objects.filter(worker=None).count()


def open_attempts_of_texts_not_being_sent() -> int:
    return DeliveryAttempt.objects.open().exclude(message__state=Message.State.SENDING).count()


def answers_by_someone_else() -> int:
    """A reply's worker is the one whose text it answers."""
    return InboundMessage.objects.exclude(answers=None).exclude(worker=F("answers__worker")).count()


invariants.register("every_message_has_a_worker", messages_without_a_worker)
invariants.register("no_message_leaves_twice_in_a_round", counted_by(TWICE_IN_A_ROUND))
invariants.register("every_message_that_left_has_an_attempt", counted_by(SENT_WITHOUT_ATTEMPT))
invariants.register("message_and_attempt_name_the_same_reference", counted_by(ANOTHER_REFERENCE))
invariants.register("open_attempts_belong_to_messages_being_sent", open_attempts_of_texts_not_being_sent)
invariants.register("messages_are_where_their_worker_is", counted_by(ELSEWHERE))
invariants.register("nothing_is_sent_after_an_opt_out", counted_by(AFTER_OPT_OUT))
invariants.register("replies_belong_to_whom_was_asked", answers_by_someone_else)
