"""What a list says against what is known: newer wins field by field, and a proven phone stands. For one person and for
many it is one rule."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from cases.models import Case
from tests.cases.factories import CaseFactory, reach
from tests.staff.factories import FENGPING, YANJIAO, area_of
from tests.workers.factories import NOON, WorkerFactory, make_id_number, make_phone
from workers import services
from workers.choices import Source, Status, Tag, VerifiedHow
from workers.models import JournalLine, SaidOn, Worker
from workers.services import Newcomer, NewWorker, Renewal, Renewed

pytestmark = pytest.mark.django_db

AT = NOON + timedelta(days=60)
MARCH, APRIL = date(2026, 3, 20), date(2026, 4, 20)
OLD, NEW = make_phone(7001), make_phone(7002)


def one_by_one(renewal: Renewal) -> tuple:
    return services.renew_worker(renewal, by=None, at=AT, source=Source.IMPORT)


def many_at_once(renewal: Renewal) -> tuple:
    (answer,) = services.renew_workers([renewal], by=None, at=AT, source=Source.IMPORT)
    return answer.kept


@pytest.fixture(params=[one_by_one, many_at_once])
def a_list_says(request):
    def say(worker: Worker, day: date | None = None, tags=(), **changes) -> tuple:
        return request.param(Renewal(worker.pk, changes, tags, None, day))

    return say


def known(worker: Worker, *names: str) -> tuple:
    worker = Worker.objects.get(pk=worker.pk)
    return tuple(getattr(worker, name) for name in names)


def test_an_older_list_overwrites_nothing_newer_and_fills_what_is_blank(a_list_says):
    worker = WorkerFactory()
    a_list_says(worker, APRIL, group_no="7")

    kept = a_list_says(worker, MARCH, group_no="3", industry="制鞋", wish_willing=False)

    assert known(worker, "group_no", "industry", "wish_willing") == ("7", "制鞋", False)
    assert kept == ("group_no",)


def test_a_newer_list_overwrites(a_list_says):
    worker = WorkerFactory()
    a_list_says(worker, MARCH, group_no="7", phone=OLD)

    assert a_list_says(worker, APRIL, group_no="3", phone=NEW) == ()
    assert known(worker, "group_no", "phone") == ("3", NEW)


def test_who_says_the_same_later_has_said_it_later(a_list_says):
    worker = WorkerFactory()
    a_list_says(worker, MARCH, group_no="7")
    lines = JournalLine.objects.count()
    a_list_says(worker, APRIL, group_no="7")

    kept = a_list_says(worker, date(2026, 4, 1), group_no="3")

    assert (kept, known(worker, "group_no"), JournalLine.objects.count()) == (("group_no",), ("7",), lines)


SAID = (
    (MARCH, {"group_no": "1", "industry": "采茶", "phone": OLD}),
    (date(2026, 4, 1), {"group_no": "2", "wish_place": "浙江"}),
    (APRIL, {"industry": "制鞋", "phone": NEW, "wish_willing": False}),
)


@pytest.mark.parametrize(
    "lists", list(permutations(SAID)), ids=lambda lists: "-".join(f"{day:%m%d}" for day, _ in lists)
)
def test_in_whatever_order_they_come_the_newest_word_on_each_field_stands(a_list_says, lists):
    worker = WorkerFactory(phoneless=True, group_no="")

    for day, changes in lists:
        a_list_says(worker, day, **changes)

    names = ("group_no", "industry", "phone", "wish_place", "wish_willing")
    assert known(worker, *names) == ("2", "制鞋", NEW, "浙江", False)


def test_what_a_visit_found_right_stands_against_older_lists(a_list_says):
    worker = WorkerFactory()
    services.verify_worker(worker=worker, by=None, at=NOON + timedelta(days=30), how=VerifiedHow.VISIT)

    kept = a_list_says(worker, MARCH, group_no="3", industry="制鞋", area=area_of(YANJIAO))

    assert (kept, known(worker, "group_no", "industry", "area_id")) == (("group_no", "area"), ("2", "制鞋", FENGPING))


def test_what_somebody_entered_today_stands_against_the_list_of_yesterday(a_list_says):
    worker = WorkerFactory()
    services.update_worker(worker=worker, changes={"group_no": "7"}, by=None, at=NOON)

    assert a_list_says(worker, date(2026, 3, 4), group_no="3") == ("group_no",)
    assert a_list_says(worker, None, group_no="3") == ()
    assert known(worker, "group_no") == ("3",)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_newcomer_was_described_on_the_day_of_the_roster(a_list_says, at_once):
    told = {"name": "王芳", "id_number": make_id_number(n=3), "group_no": "7", "said_on": APRIL}
    told |= {"sex": "F", "birth_date": date(1987, 6, 1)}
    if at_once:
        (key,) = services.enrol_workers([Newcomer(**told, area=FENGPING)], by=None, at=AT, source=Source.IMPORT)
        worker = Worker.objects.get(pk=key)
    else:
        fields = NewWorker(**told, area=area_of(FENGPING))
        worker = services.register_worker(fields=fields, by=None, at=AT, source=Source.IMPORT)

    assert a_list_says(worker, MARCH, group_no="3", phone=NEW) == ("group_no",)
    assert known(worker, "group_no", "phone") == ("7", NEW)
    assert SaidOn.objects.values_list("area", "group_no", "phone").get() == (APRIL, APRIL, MARCH)


def test_the_same_list_again_notes_nothing():
    worker = WorkerFactory()
    renewal = Renewal(worker.pk, {"group_no": "2", "phone": worker.phone}, (), None, MARCH)

    answers = [services.renew_workers([renewal], by=None, at=AT, source=Source.IMPORT) for _time in range(2)]

    assert answers == [[Renewed(worker.pk, is_news=True)], [Renewed(worker.pk, is_news=False)]]


def test_nobody_comes_back_into_a_group_by_a_list_of_before_they_left_it(a_list_says):
    worker = WorkerFactory(tags=[Tag.LIFTED_OUT])
    services.end_tag(worker=worker, tag=Tag.LIFTED_OUT, by=None, at=NOON, valid_to=date(2026, 4, 1))

    a_list_says(worker, MARCH, tags=[Tag.LIFTED_OUT, Tag.RELOCATED])
    assert set(worker.tags.current().values_list("tag", flat=True)) == {Tag.RELOCATED}

    a_list_says(worker, APRIL, tags=[Tag.LIFTED_OUT])
    assert worker.tags.current().count() == 2


# ---- phones --------------------------------------------------------------------------------------------------------


def called(worker: Worker) -> Worker:
    return reported(worker, Source.CALL)


def reported(worker: Worker, source: str) -> Worker:
    at = NOON + timedelta(days=1)
    services.report_status(
        worker=worker, status=Status.UNEMPLOYED_WILLING, happened_at=at, by=None, at=at, source=source
    )
    return worker


def verified(worker: Worker, how: str) -> Worker:
    return services.verify_worker(worker=worker, by=None, at=NOON + timedelta(days=1), how=how)


def talked_to(worker: Worker) -> Worker:
    """And nothing said about how things stand."""
    case = CaseFactory(worker=worker)
    reach(case, at=NOON + timedelta(hours=1))
    return case.worker


def listed_after(worker: Worker) -> Worker:
    """The number that was reached is not the one that stands."""
    called(WorkerFactory._meta.model.objects.get(pk=worker.pk))
    worker.refresh_from_db()
    Worker.objects.filter(pk=worker.pk).update(phone_cipher=None, phone_blind=None, phone_tail="")
    services.renew_worker(
        Renewal(worker.pk, {"phone": OLD}), by=None, at=NOON + timedelta(days=2), source=Source.IMPORT
    )
    return worker


def wrong(worker: Worker) -> Worker:
    called(worker)
    case = Case.objects.get(worker=worker)
    return services.mark_phone_wrong(
        worker=worker, by=None, at=NOON + timedelta(days=2), source=Source.CALL, said_in=case
    )


STANDS = {
    "called": called,
    "called, then papers": lambda worker: verified(called(worker), VerifiedHow.PAPERS),
    "talked to": talked_to,
    "visited": lambda worker: reported(worker, Source.VISIT),
    "verified on a visit": lambda worker: verified(worker, VerifiedHow.VISIT),
}
GIVES_WAY = {
    "never reached": lambda worker: worker,
    "papers seen": lambda worker: verified(worker, VerifiedHow.PAPERS),
    "came by": lambda worker: reported(worker, Source.SELF),
    "another was reached": listed_after,
    "somebody else answered": wrong,
}


@pytest.mark.parametrize("how", [*STANDS, *GIVES_WAY])
def test_a_list_does_not_replace_a_phone_that_is_proven(a_list_says, how):
    worker = (STANDS | GIVES_WAY)[how](WorkerFactory(phone=OLD))

    kept = a_list_says(worker, APRIL, phone=NEW)

    assert (kept, known(worker, "phone")) == ((("phone",), (OLD,)) if how in STANDS else ((), (NEW,)))


def test_a_number_at_which_somebody_else_answered_does_not_come_back(a_list_says):
    worker = wrong(WorkerFactory(phone=OLD))
    services.update_worker(worker=worker, changes={"phone": NEW}, by=None, at=NOON + timedelta(days=2))

    assert a_list_says(worker, APRIL, phone=OLD) == ("phone",)
    assert known(worker, "phone") == (NEW,)
