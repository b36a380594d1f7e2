"""What may never be false about a worker, held by the database."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.staff.factories import UserFactory
from tests.workers.factories import NOON, TODAY, FlagFactory, WorkerFactory, make_id_number
from workers.models import Flag, StatusReport, Worker, WorkerTag

pytestmark = [pytest.mark.clock, pytest.mark.django_db]


def refused(constraint: str):
    return pytest.raises(IntegrityError, match=constraint)


def change(worker, **columns):
    with transaction.atomic():
        Worker.objects.filter(pk=worker.pk).update(**columns)


def test_what_stands_in_a_form_for_a_number_is_of_one_person_and_one_number():
    """So no page tells who shares a phone with whom."""
    phones = ("+8613800001234", "+8613800001234", "+8613800001235")
    one, other, late = [WorkerFactory(phone=phone) for phone in phones]
    before = one.phone_mark

    one.phone_blind = late.phone_blind

    assert len({before, one.phone_mark, other.phone_mark, late.phone_mark}) == 4
    assert Worker.objects.get(pk=one.pk).phone_mark == before


def test_an_id_number_belongs_to_one_worker():
    number = make_id_number(n=3)
    WorkerFactory(id_number=number)

    with refused("workers_worker_id_number_blind"), transaction.atomic():
        WorkerFactory(id_number=number)


def test_many_may_lack_an_id_number():
    WorkerFactory(idless=True)
    WorkerFactory(idless=True)

    assert Worker.objects.filter(id_number_blind=None).count() == 2


def test_a_family_may_share_a_phone():
    WorkerFactory(phone="+8613800001234")
    WorkerFactory(phone="+8613800001234")

    assert Worker.objects.find("13800001234").count() == 2


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"name": ""}, "worker_has_a_name"),
        ({"sex": "X"}, "worker_sex_is_known"),
        ({"status": "rich"}, "worker_status_is_known"),
        ({"service_group": "vip"}, "worker_service_group_is_known"),
        ({"birth_date": date(1899, 12, 31)}, "worker_born_since_1900"),
        ({"id_number_cipher": None}, "worker_id_number_is_whole_or_absent"),
        ({"id_number_blind": None}, "worker_id_number_is_whole_or_absent"),
        ({"id_tail": ""}, "worker_id_number_is_whole_or_absent"),
        ({"phone_cipher": None}, "worker_phone_is_whole_or_absent"),
        ({"phone_tail": ""}, "worker_phone_is_whole_or_absent"),
        ({"last_verified_at": NOON}, "worker_verified_when_and_how_go_together"),
        ({"last_verified_how": "visit"}, "worker_verified_when_and_how_go_together"),
    ],
)
def test_a_worker_is_whole(columns, constraint):
    worker = WorkerFactory()

    with refused(constraint):
        change(worker, **columns)


def test_numbers_lie_sealed_in_the_row():
    worker = WorkerFactory(phone="+8613800001234")
    row = Worker.objects.filter(pk=worker.pk).values().get()

    stored = repr({name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()})
    assert [worker.id_number in stored, worker.phone in stored, "13800001234" in stored] == [False, False, False]


def test_numbers_are_masked_unless_asked_for():
    worker = WorkerFactory(phone="+8613800001234", id_number=make_id_number(n=14))

    assert worker.phone_masked == "138****1234"
    assert worker.id_number_masked == f"5224**********{worker.id_number[-4:]}"
    assert worker.id_number not in f"{worker!r} {worker}"


def test_a_worker_without_numbers_has_empty_ones():
    worker = WorkerFactory(idless=True, phoneless=True)

    assert (worker.id_number, worker.phone, worker.id_number_masked, worker.phone_masked) == ("", "", "", "")


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        (date(2010, 3, 5), date(2026, 3, 5), 16),
        (date(2010, 3, 6), date(2026, 3, 5), 15),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_age_is_in_whole_years(born, today, age):
    assert Worker(birth_date=born).age(today) == age


def test_a_tag_is_held_once_at_a_time():
    worker = WorkerFactory(tags=["lifted_out"])

    with refused("one_current_tag_of_a_kind_per_worker"), transaction.atomic():
        worker.tags.create(tag="lifted_out", valid_from=TODAY)

    WorkerTag.objects.update(valid_to=TODAY)
    worker.tags.create(tag="lifted_out", valid_from=TODAY)
    assert worker.tags.current().count() == 1


def test_a_tag_ends_after_it_begins():
    worker = WorkerFactory(tags=["veteran"])

    with refused("tag_begins_before_it_ends"), transaction.atomic():
        worker.tags.update(valid_to=date(2020, 1, 1))


def test_one_open_flag_of_a_rule_per_worker():
    flag = FlagFactory(cleared=True)
    open_flag = FlagFactory(worker=flag.worker)
    FlagFactory(worker=flag.worker, rule="relapsed")

    with refused("one_open_flag_of_a_rule_per_worker"), transaction.atomic():
        FlagFactory(worker=flag.worker)

    assert set(Flag.objects.open().values_list("rule", flat=True)) == {"self_reported", "relapsed"}
    assert open_flag in Flag.objects.open()


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"rule": "bad_luck"}, "flag_rule_is_known"),
        ({"cleared_at": NOON.replace(year=2020)}, "flag_raised_before_it_is_cleared"),
    ],
)
def test_a_flag_is_whole(columns, constraint):
    flag = FlagFactory()

    with refused(constraint), transaction.atomic():
        Flag.objects.filter(pk=flag.pk).update(**columns)


def test_who_cleared_a_flag_is_not_said_while_it_is_open():
    flag = FlagFactory()

    with refused("flag_cleared_by_needs_cleared_at"), transaction.atomic():
        Flag.objects.filter(pk=flag.pk).update(cleared_by=UserFactory())


def test_a_report_is_entered_after_it_happened():
    worker = WorkerFactory()

    with refused("report_entered_after_it_happened"), transaction.atomic():
        StatusReport.objects.create(
            worker=worker, status="farming", source="visit", happened_at=NOON, entered_at=NOON.replace(year=2025)
        )
