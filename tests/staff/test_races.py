"""Two who use one thing at the same moment. First without the guard, to see that the race is real."""

import threading
from contextlib import suppress

import pytest
from django.db import connection
from django.db.models import QuerySet

from staff.models import Authenticator
from staff.refusals import CodeUsed
from staff.signing_in import second_factor
from tests.staff.codes import phone_of, shown
from tests.staff.factories import UserFactory
from tests.workers.factories import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("is_locked, ends", [(False, ["in", "in"]), (True, ["in", "used"])])
def test_of_two_who_send_one_code_at_once_one_is_let_in(monkeypatch, is_locked, ends):
    """Without the lock, to see that the race is real; then with it."""
    chen = UserFactory(supervisor=True)
    code, found, meeting = shown(phone_of(chen), at=NOON), [], threading.Barrier(2)
    step_of = Authenticator.step_of

    def wait_for_the_other(self, token, at):
        """Both have read the row, or one stands before its lock."""
        with suppress(threading.BrokenBarrierError):
            meeting.wait(1)
        return step_of(self, token, at)

    def send():
        try:
            second_factor.prove(user=chen, typed=code, at=NOON)
            found.append("in")
        except CodeUsed:
            found.append("used")
        finally:
            connection.close()

    monkeypatch.setattr(Authenticator, "step_of", wait_for_the_other)
    if not is_locked:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    senders = [threading.Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert sorted(found) == ends
