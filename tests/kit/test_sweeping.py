"""Chunks by key, and nobody kept back by somebody else's lock."""

import pytest

from areas.models import Area
from kit.locks.sweeping import forget, sweep, sweep_patiently
from kit.refusals import Busy
from staff.models import OpenSession
from tests.workers.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def some_areas():
    return Area.objects.filter(pk__in=list(Area.objects.order_by("pk").values_list("pk", flat=True)[:5]))


def test_every_row_comes_once_in_the_order_of_keys(some_areas, caplog):
    caplog.set_level("INFO", "kit.locks.sweeping")
    seen = []

    assert sweep(some_areas, lambda keys: seen.append(keys) or len(keys), size=2, what="Areas") == 5

    assert [len(keys) for keys in seen] == [2, 2, 1]
    assert [key for keys in seen for key in keys] == list(some_areas.order_by("pk").values_list("pk", flat=True))
    assert [record.message for record in caplog.records][-1] == f"Areas: 5 so far, up to number {seen[-1][-1]}"


def test_what_is_dealt_with_and_no_longer_due_makes_no_chunk_be_passed_over(some_areas):
    """The keys of the next chunk are looked for behind the last one, not at a place in a list that grew shorter."""
    OpenSession.objects.bulk_create(
        OpenSession(session_key=f"{n:032}", session_data="", expire_date=NOON) for n in range(5)
    )

    assert forget(OpenSession.objects.filter(expire_date=NOON), size=2, what="Sessions") == 5
    assert not OpenSession.objects.filter(expire_date=NOON).exists()


def test_who_was_left_and_whole_chunks_that_met_a_lock_come_one_by_one_when_the_others_are_through(some_areas):
    order = list(some_areas.order_by("pk").values_list("pk", flat=True))
    told = []

    def some(keys):
        told.append(keys)
        if order[2] in keys:
            raise Busy
        return (len(keys) - 1, keys[:1]) if order[0] in keys else (len(keys), [])

    def one(key):
        told.append(key)
        return 1

    assert sweep_patiently(some_areas, some=some, one=one, size=2, what="Areas") == 5
    assert told == [order[:2], order[2:4], order[4:], order[0], order[2], order[3]]


def test_who_is_busy_to_the_end_is_said_and_keeps_back_nobody(some_areas, caplog):
    order = list(some_areas.order_by("pk").values_list("pk", flat=True))

    def one(key):
        if key == order[0]:
            raise Busy
        return 1

    assert sweep_patiently(some_areas, some=lambda keys: (0, keys), one=one, size=3, what="Areas") == 4
    assert f"number {order[0]} is in use" in caplog.text


def test_only_who_is_wanted_still_comes_again(some_areas):
    asked = []

    def wanted(keys):
        asked.append(keys)
        return keys if len(asked) == 1 else []

    assert (
        sweep_patiently(some_areas, some=lambda keys: (0, keys), one=lambda key: 1, wanted=wanted, size=9, what="x")
        == 0
    )
