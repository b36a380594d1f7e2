import pytest

from tests.notifications.factories import MessageFactory
from tests.staff.factories import DAFANG_VILLAGE, area_of
from tests.workers.factories import NOON, WorkerFactory
from workers.services import update_worker

pytestmark = pytest.mark.django_db


def test_texts_follow_the_worker_to_the_new_village(django_capture_on_commit_callbacks):
    moved, stayed = MessageFactory(), MessageFactory()
    changes = {"area": area_of(DAFANG_VILLAGE)}

    with django_capture_on_commit_callbacks(execute=True):
        update_worker(worker=moved.worker, changes=changes, by=None, at=NOON, source="visit")

    moved.refresh_from_db()
    stayed.refresh_from_db()
    assert (moved.area_id, stayed.area_id) == (DAFANG_VILLAGE, stayed.worker.area_id)


def test_a_new_number_leaves_them_where_they_are(django_capture_on_commit_callbacks):
    message = MessageFactory(worker=WorkerFactory())
    before = message.area_id

    with django_capture_on_commit_callbacks(execute=True):
        update_worker(worker=message.worker, changes={"phone": "13800005678"}, by=None, at=NOON, source="call")

    message.refresh_from_db()
    assert message.area_id == before
