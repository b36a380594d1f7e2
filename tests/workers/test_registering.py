"""Onto the register, and keeping what it says right."""

import threading
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.staff.factories import DAFANG_VILLAGE, FENGPING, HUAQI_VILLAGE, YANJIAO, UserFactory, area_of
from tests.workers.factories import NOON, TODAY, HouseholdFactory, WorkerFactory, make_id_number, make_phone
from tests.workers.rosters import judged
from workers import identity, journal, refusals, services
from workers.events import worker_corrected, worker_registered
from workers.forms import AddForm, VerifyForm
from workers.imports.cells import Cell
from workers.imports.fields import read_name as read_cell
from workers.models import JournalLine, Worker
from workers.rules import search

pytestmark = pytest.mark.django_db


def new_worker(**given):
    fields = {"name": "李国琴", "area": area_of(FENGPING), "id_number": make_id_number(n=7)} | given
    return services.NewWorker(**fields)


def register(by=None, source="visit", **given):
    return services.register_worker(fields=new_worker(**given), by=by, at=NOON, source=source)


def told(worker, what):
    return worker.journal_lines.get(what=what).data


@pytest.fixture
def heard():
    """Every announcement of a registration or correction."""
    announced = []

    def hear(signal, **news):
        announced.append(news)

    for signal in (worker_registered, worker_corrected):
        signal.connect(hear, weak=False)
    yield announced
    for signal in (worker_registered, worker_corrected):
        signal.disconnect(hear)


def test_a_person_is_registered_as_the_card_says(cadre, heard):
    worker = register(by=cadre, phone="138 0000 1234")

    assert (worker.name, worker.sex, worker.birth_date) == ("李国琴", "F", date(1987, 6, 1))
    assert (worker.name_pinyin, worker.name_initials) == ("liguoqin", "lgq")
    assert (worker.phone, worker.phone_tail, worker.id_tail) == ("+8613800001234", "1234", worker.id_number[-4:])
    assert told(worker, "worker_registered") == {"source": "visit", "area": FENGPING}
    assert [news["worker"] for news in heard] == [worker]


def test_a_person_without_a_card_is_registered_by_sex_and_birth_date():
    worker = register(id_number="", sex="M", birth_date=date(1990, 1, 1))

    assert (worker.id_number, worker.sex, worker.birth_date) == ("", "M", date(1990, 1, 1))


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"id_number": "522425198706019021"}, refusals.InvalidIdNumber),
        ({"id_number": "522425870601901"}, refusals.OutdatedIdNumber),
        ({"phone": "12345"}, refusals.InvalidPhone),
        ({"id_number": ""}, refusals.NothingSaid),
        ({"id_number": "", "sex": "F"}, refusals.NothingSaid),
        ({"sex": "M"}, refusals.IdDoesNotMatch),
        ({"birth_date": date(1987, 6, 2)}, refusals.IdDoesNotMatch),
        ({"name": " · "}, refusals.NameMissing),
        ({"id_number": make_id_number(birth_date=date(2010, 3, 6))}, refusals.UnderAge),
        ({"id_number": "", "sex": "F", "birth_date": date(2010, 3, 6)}, refusals.UnderAge),
        ({"area": DAFANG_VILLAGE}, refusals.OutsideYourArea),
        ({"area": HUAQI_VILLAGE}, refusals.OutsideYourArea),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing_behind(cadre, given, refusal):
    given = given | {"area": area_of(given.get("area", FENGPING))}

    with pytest.raises(refusal):
        register(by=cadre, **given)

    assert (Worker.objects.count(), JournalLine.objects.count()) == (0, 0)


def test_on_the_sixteenth_birthday_a_person_may_be_registered():
    worker = register(id_number=make_id_number(birth_date=date(2010, 3, 5)))

    assert worker.age(TODAY) == 16


def test_over_60_is_no_reason_to_refuse():
    worker = register(id_number=make_id_number(birth_date=date(1960, 1, 1)))

    assert worker.age(TODAY) == 66


def test_an_id_number_already_on_the_register_is_refused_by_name_only():
    first = register()

    with pytest.raises(refusals.DuplicateIdNumber) as refusal:
        register(name="王芳")

    assert refusal.value.worker == first
    assert first.name not in f"{refusal.value} {refusal.value.way_out}"
    assert Worker.objects.count() == 1


def test_a_replayed_form_gives_one_worker():
    once = uuid.uuid4()
    first = register(once=once, status="unemployed_willing")

    again = register(once=once, status="unemployed_willing")

    assert again == first
    assert (Worker.objects.count(), first.reports.count()) == (1, 1)


def test_a_replayed_form_without_an_id_number_gives_one_worker():
    once = uuid.uuid4()
    same = {"id_number": "", "sex": "F", "birth_date": date(1990, 1, 1), "once": once}

    assert register(**same) == register(**same)


def test_the_first_status_is_reported_and_flags():
    worker = register(status="unemployed_willing", source="call")

    assert worker.status == "unemployed_willing"
    assert [flag.rule for flag in worker.flags.all()] == ["self_reported"]
    assert [line.what for line in worker.journal_lines.in_order()][:3] == [
        "worker_registered",
        "status_reported",
        "worker_flagged",
    ]


def test_an_unknown_status_is_not_reported():
    assert register().reports.count() == 0


def test_tags_decide_the_service_group():
    worker = register(tags=("lifted_out", "relocated", "lifted_out"))

    assert set(worker.tags.values_list("tag", flat=True)) == {"lifted_out", "relocated"}
    assert worker.service_group == "key"


# ---- corrections ---------------------------------------------------------------------------------------------------


def update(worker, by=None, **changes):
    return services.update_worker(worker=worker, changes=changes, by=by, at=NOON)


def test_a_correction_tells_what_was_and_what_is(cadre, heard):
    worker = WorkerFactory(name="李国芹", phone="+8613800001234", group_no="2")

    update(worker, by=cadre, name="李国琴", phone="139 1111 2222", group_no="2", wish_willing=True)

    assert told(worker, "worker_corrected")["changed"] == {
        "name": ["李国芹", "李国琴"],
        "phone": ["138****1234", "139****2222"],
        "wish_willing": [None, True],
    }
    assert Worker.objects.get().name_initials == "lgq"
    assert [news["changed"] for news in heard] == [frozenset({"name", "phone", "wish_willing"})]


def test_a_correction_that_changes_nothing_leaves_no_line(heard):
    worker = WorkerFactory(phone="+8613800001234")

    update(worker, name=worker.name, phone="13800001234", id_number=worker.id_number, area=worker.area)

    assert (worker.journal_lines.count(), heard) == (1, [])


def test_a_number_may_be_taken_off_the_record():
    worker = WorkerFactory()

    update(worker, phone="")

    assert (Worker.objects.get().phone, Worker.objects.get().phone_tail) == ("", "")


def test_an_id_number_found_later_brings_sex_and_birth_date():
    worker = WorkerFactory(idless=True, sex="M", birth_date=date(1988, 1, 1))

    update(worker, id_number=make_id_number(birth_date=date(1987, 6, 1)))

    assert (worker.sex, worker.birth_date) == ("F", date(1987, 6, 1))


def test_sex_cannot_contradict_the_id_number():
    worker = WorkerFactory()

    with pytest.raises(refusals.IdDoesNotMatch):
        update(worker, sex="M")

    assert Worker.objects.get().sex == "F"


def test_somebody_elses_id_number_is_refused():
    first, second = WorkerFactory(), WorkerFactory()

    with pytest.raises(refusals.DuplicateIdNumber) as refusal:
        update(second, id_number=first.id_number)

    assert refusal.value.worker == first
    assert Worker.objects.get(pk=second.pk).id_number != first.id_number


def test_nobody_is_corrected_into_a_child():
    worker = WorkerFactory(idless=True)

    with pytest.raises(refusals.UnderAge):
        update(worker, birth_date=date(2015, 1, 1))


def test_a_worker_moves_within_the_area_and_not_out_of_it(cadre):
    worker = WorkerFactory()

    update(worker, by=cadre, area=area_of(YANJIAO))
    assert Worker.objects.get().area_id == YANJIAO

    with pytest.raises(refusals.OutsideYourArea):
        update(worker, by=cadre, area=area_of(HUAQI_VILLAGE))


def test_status_is_never_corrected_behind_the_reports_back():
    with pytest.raises(ValueError, match="not correctable: status"):
        update(WorkerFactory(), status="farming")


def test_moving_to_another_household_recomputes_both():
    left = HouseholdFactory(members=1, members__employed=True)
    joined = HouseholdFactory(members=1, members__unemployed=True)
    services.recompute_zero_employment(household=joined, by=None, at=NOON)
    earner = left.members.get()

    update(earner, household=joined)

    joined.refresh_from_db()
    assert joined.zero_employment is False
    assert joined.members.order_by("pk").first().service_group == "general"


def test_verifying_says_when_by_whom_and_how(cadre):
    worker = WorkerFactory()

    services.verify_worker(worker=worker, by=cadre, at=NOON, how="visit")

    worker.refresh_from_db()
    assert (worker.last_verified_at, worker.last_verified_by, worker.last_verified_how) == (NOON, cadre, "visit")
    assert told(worker, "worker_verified") == {"how": "visit"}


def test_verifying_twice_in_one_visit_is_one_line(cadre):
    worker = WorkerFactory()
    for minutes in (0, 1, 61):
        at = NOON + timedelta(minutes=minutes)
        services.verify_worker(worker=worker, by=cadre, at=at, how="visit")

    assert worker.journal_lines.filter(what="worker_verified").count() == 2


def test_a_refused_correction_verifies_nothing(cadre):
    worker = WorkerFactory()

    with pytest.raises(refusals.IdDoesNotMatch):
        services.update_and_verify(worker=worker, changes={"sex": "M"}, by=cadre, at=NOON, how="visit")

    worker.refresh_from_db()
    assert worker.last_verified_at is None


class AnyCorrections(TestCase):
    """Whatever is corrected in whatever order, the chain holds and the columns of a number stay together."""

    @settings(max_examples=20)
    @given(
        st.lists(
            st.one_of(
                st.fixed_dictionaries({"phone": st.sampled_from(["", make_phone(1), make_phone(2)])}),
                st.fixed_dictionaries({"id_number": st.sampled_from(["", make_id_number(n=1), make_id_number(n=2)])}),
                st.fixed_dictionaries({"wish_wage": st.one_of(st.none(), st.integers(0, 20_000))}),
                st.fixed_dictionaries({"name": st.sampled_from(["李国琴", "王芳", "阿木·沙玛"])}),
            ),
            max_size=5,
        )
    )
    def test_any_corrections(self, corrections):
        worker = WorkerFactory()

        for changes in corrections:
            update(worker, **changes)

        fresh = Worker.objects.get(pk=worker.pk)
        assert fresh.id_tail == fresh.id_number[-4:]
        assert fresh.phone_tail == fresh.phone[-4:]
        assert journal.verify(fresh) == []


# ---- two people at once --------------------------------------------------------------------------------------------


def register_at_once(count: int, **given) -> list:
    start, results = threading.Barrier(count), []

    def one() -> None:
        try:
            start.wait(timeout=10)
            results.append(register(**given).pk)
        except refusals.DuplicateIdNumber as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_four_people_registering_one_card_make_one_worker():
    results = register_at_once(4)

    worker = Worker.objects.get()
    assert sorted(results, key=str) == [worker.pk, *["duplicate_id_number"] * 3]


@pytest.mark.django_db(transaction=True)
def test_four_presses_of_one_button_make_one_worker():
    results = register_at_once(4, once=uuid.uuid4(), id_number="", sex="F", birth_date=date(1990, 1, 1))

    assert results == [Worker.objects.get().pk] * 4


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" 李 国琴 ", "李国琴"),
        ("李　国琴", "李国琴"),
        ("阿木•沙玛", "阿木·沙玛"),
        ("阿木・沙玛", "阿木·沙玛"),
        ("John  Smith", "John Smith"),
        ("王\u200b芳", "王芳"),
        ("\u202a王芳\u202c", "王芳"),
        ("\ufeff王芳\u00a0", "王芳"),
        ("王\ue5e5芳", "王芳"),
        ("王\t芳\n", "王芳"),
        ("ＭＡＲＩＡ　Ｗａｎｇ", "MARIA Wang"),
        ("Jose\u0301 García", "José García"),
        ("Nguyễn\u00a0Thị Hoa", "Nguyễn Thị Hoa"),
        ("O'Brien-Lee", "O'Brien-Lee"),
        ("O’Brien‐Lee", "O'Brien-Lee"),
        ("⾼明", "高明"),
        ("葛\U000e0100明", "葛明"),
        ("Nguy\u00ea\u0303n", "Nguyễn"),
        ("阿木･沙玛", "阿木·沙玛"),
        ("J. Smith", "J. Smith"),
        ("买买提·吐尔逊", "买买提·吐尔逊"),
        ("王\ue863", "王䶮"),
        ("王\ue123", "王\ue123"),
        ("\ufa0e", "\ufa0e"),
    ],
)
def test_a_name_has_one_spelling_whatever_the_door(typed, name):
    worker, user = WorkerFactory(name="王以前"), UserFactory(supervisor=True)
    asked = AddForm({"name": typed}, user=user)
    verified = VerifyForm({"name": typed, "initial-name": "王以前"}, worker=worker, user=user)
    services.update_worker(worker=worker, changes={"name": typed}, by=None, at=NOON)

    stored = Worker.objects.get(pk=worker.pk).name
    doors = [form.is_valid() or form.cleaned_data["name"] for form in (asked, verified)]
    assert [read_cell(Cell(typed)).value, *doors, stored] == [name] * 4


@pytest.mark.parametrize(
    "typed", ["王芳1", "１３８００００１２３４", "=1+1", "@王芳", "+王芳", "王芳?", "王" * 41, "<b>王芳</b>", "·王芳"]
)
def test_digits_formulas_and_signs_are_no_name_whatever_the_door(typed):
    worker, user = WorkerFactory(name="王以前"), UserFactory(supervisor=True)
    asked = AddForm({"name": typed}, user=user)
    verified = VerifyForm({"name": typed, "initial-name": "王以前"}, worker=worker, user=user)

    with pytest.raises(refusals.NotAName):
        services.update_worker(worker=worker, changes={"name": typed}, by=None, at=NOON)
    assert read_cell(Cell(typed)).value is None
    assert [form.has_error("name") for form in (asked, verified)] == [True, True]


UNSEEN = ["\ue5e5", "\u180e", "\ufe0f", "\u007f", "\u0000", "\u3164", "\u115f", "\uffa0", "\u2800", "\u034f"]
UNSEEN += ["\u17b4", "\u200b", "\u2066", "\ufeff", "\u00ad", "\u3000", "\n"]


@pytest.mark.parametrize("mark", UNSEEN)
def test_a_mark_that_nobody_sees_costs_neither_name_nor_number(mark):
    number, phone = make_id_number(n=7), f"138{mark}12345678{mark}"
    divided = f"{mark}{number[:6]}{mark}{number[6:]}"
    person = judged(name=f"{mark}王{mark}芳", id_number=divided, phone=phone).person

    assert (person.name, person.id_number, person.phone) == ("王芳", number, "+8613812345678")
    assert identity.read_id_number(divided, TODAY).number == number
    assert identity.read_phone(phone) == "+8613812345678"


def test_a_latin_name_is_found_without_its_marks():
    worker = WorkerFactory(name="Nguyễn Thị Hoa")

    for typed in ("nguyen", "Nguyễn", "nth", "nguyen thi"):
        assert list(Worker.objects.filter(search.condition(search.detect(typed)))) == [worker], typed


def test_a_supervisor_of_the_county_registers_anywhere_in_it():
    register(by=UserFactory(supervisor=True), area=area_of(HUAQI_VILLAGE))

    assert Worker.objects.get().area_id == HUAQI_VILLAGE


def test_a_number_is_added_only_where_no_other_stands_by_now(cadre):
    worker = register(id_number="", sex="F", birth_date=date(1987, 6, 1))
    as_somebody_saw_it = Worker.objects.get(pk=worker.pk)
    first, second = make_id_number(n=7), make_id_number(n=9)

    services.add_id_number(worker=worker, id_number=first, by=cadre, at=NOON, source="visit")
    services.add_id_number(worker=worker, id_number=first, by=cadre, at=NOON, source="visit")
    with pytest.raises(refusals.HasAnotherIdNumber):
        services.add_id_number(worker=as_somebody_saw_it, id_number=second, by=cadre, at=NOON, source="import")

    assert Worker.objects.get().id_number == first
    assert worker.journal_lines.filter(what="worker_corrected").count() == 1
