"""Kombu's pgmq transport, with claims that live exactly as long as the process that made them.

pgmq hides a claimed task for a while (`visibility_timeout`). As long as the process lives it says so again every few
seconds, however long the task takes; when it dies, however it dies, the task is soon seen again. What was claimed
`TRIES` times and never ended most likely killed its process each time: it is laid aside and shown.
"""

import logging
import threading

import psycopg
from kombu.transport import pgmq

from config import broker

log = logging.getLogger(__name__)

TRIES = 3
NOTICES = """
INSERT INTO pgmq.notify_insert_throttle (queue_name, throttle_interval_ms) VALUES (%s, %s) ON CONFLICT DO NOTHING
"""


class Channel(pgmq.Channel):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.claimed: set[tuple[str, int]] = set()

    def _new_queue(self, queue, **kwargs):
        """Queues are there since `manage.py install_broker`; a worker owns nothing and can make none."""

    def _maybe_enable_notify(self, queue, queue_name=None):
        """Listens. The owner has set the notices up with the queue; a crash of the server loses one row of it."""
        if self.use_notify:
            name = queue_name or self._queue_name(queue)
            with self.pgmq.pool.connection() as link:
                link.execute(NOTICES, [name, broker.MILLISECONDS_BETWEEN_NOTICES])
            self.connection._register_notify_queue(name)

    def basic_publish(self, *args, **kwargs):
        """Kombu renews a connection lost while it looks for the queue, and sends on through the channel of before: told
        that this one is closed, it tries again."""
        if self.closed:
            raise psycopg.InterfaceError("the channel is closed")
        return super().basic_publish(*args, **kwargs)

    def _receive_messages(self, queue, **kwargs):
        fit = [message for message in super()._receive_messages(queue, **kwargs) if not self._lay_aside(queue, message)]
        self.claimed.update((self._queue_name(queue), message.msg_id) for message in fit)
        return fit

    def _lay_aside(self, queue: str, message) -> bool:
        """Written down before it is taken out: whoever dies in between leaves it to the next."""
        if message.read_ct <= TRIES:
            return False
        from operations import failures  # Django is not set up when Celery loads its transport

        headers = message.message.get("headers", {})
        log.error("%s has ended its process %d times and is laid aside.", headers.get("task"), TRIES)
        failures.note_deadly(queue=queue, message=message.message, tries=TRIES)
        self.pgmq.delete(self._queue_name(queue), message.msg_id)
        return True

    def basic_ack(self, delivery_tag, multiple=False):
        self._let_go(delivery_tag)
        super().basic_ack(delivery_tag, multiple)

    def basic_reject(self, delivery_tag, requeue=False):
        self._let_go(delivery_tag)
        super().basic_reject(delivery_tag, requeue=requeue)

    def _let_go(self, delivery_tag) -> None:
        """Before the database is told: when it cannot be told, the claim must run out."""
        message = self.qos._delivered.get(delivery_tag)
        if message is not None:
            self.claimed.discard((message.delivery_info.get("pgmq_queue"), message.delivery_info.get("pgmq_msg_id")))


class Transport(pgmq.Transport):
    Channel = Channel

    def __init__(self, client, **kwargs):
        super().__init__(client, **kwargs)
        self._closed = threading.Event()
        self._keeper = None

    def drain_events(self, connection, timeout=None):
        """Who only sends has no claims and needs no keeper."""
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep_claims, name="claims", daemon=True)
            self._keeper.start()
        super().drain_events(connection, timeout=timeout)

    def close_connection(self, connection):
        self._closed.set()
        super().close_connection(connection)

    def _keep_claims(self) -> None:
        lease = self.client.transport_options["visibility_timeout"]
        while not self._closed.wait(lease / 4):
            for channel in list(self.channels):
                for queue, message_id in list(channel.claimed):
                    self._renew(queue, message_id, lease)

    def _renew(self, queue: str, message_id: int, lease: int) -> None:
        """The database may be away: then the next round tries again."""
        try:
            self._get_pgmq_client().set_vt(queue, message_id, lease)
        except Exception as error:
            log.warning("A claim was not renewed: %s", type(error).__name__)
