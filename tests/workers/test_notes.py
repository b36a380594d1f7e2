"""A note stands in clear for everybody who opens the case: no number of a person may be in it, whatever the door."""

import pytest
from django import forms

from cases.forms.talks import CallForm, VisitForm
from cases.models import ContactAttempt
from tests.cases.factories import CaseFactory
from tests.staff.factories import UserFactory
from tests.workers.factories import NOON, WorkerFactory
from tests.workers.rosters import GOOD, HEADINGS, judged
from workers.choices import Source, Status
from workers.forms.adding import AddForm
from workers.forms.fields import WorkerNoteField, WorkerRemarkField
from workers.forms.verifying import VerifyForm
from workers.imports.uploads import receive_roster
from workers.models import StatusReport

NUMBERS = ["13800001234", "138 0000 1234", "１３８００００１２３４", "522425198706019028", "52242519870601902x"]
NUMBERS += ["(138)00001234", "138、0000、1234", "138*0000*1234", "522425/19870601/9028", "522425 870601 902"]


class NoteForm(forms.Form):
    note = WorkerNoteField()
    remark = WorkerRemarkField(max_length=200)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_form_refuses_the_number_and_keeps_what_was_typed(number):
    form = NoteForm({"note": f"找他弟弟 {number}", "remark": number})

    assert set(form.errors) == {"note", "remark"}
    assert form["note"].value() == f"找他弟弟 {number}"


def test_words_dates_and_wages_are_no_numbers_of_people():
    assert NoteForm({"note": "2026-11-28 说工资 4500-5000，第 3 次", "remark": "座机 0857-8222222"}).is_valid()


@pytest.mark.parametrize("form", [CallForm, VisitForm])
def test_the_sheets_of_a_talk_ask_so(form):
    assert isinstance(form.base_fields["note"], WorkerNoteField)


@pytest.mark.django_db
def test_what_comes_by_another_door_is_masked_before_it_is_stored():
    worker, about = WorkerFactory(), {"happened_at": NOON, "entered_at": NOON, "source": Source.CALL}
    report = StatusReport(worker=worker, status=Status.UNEMPLOYED_WILLING, note="弟弟13800001234", **about)
    StatusReport.objects.bulk_create([report])

    assert StatusReport.objects.get(pk=report.pk).note == "弟弟138****1234"


WORDS_OF_A_WORKER = ("group_no", "industry", "employer_name", "wish_place", "wish_kind", "contact_hours")


@pytest.mark.django_db
@pytest.mark.parametrize("column", WORDS_OF_A_WORKER)
def test_no_column_of_words_about_somebody_keeps_a_number(column):
    worker = WorkerFactory()
    type(worker).objects.filter(pk=worker.pk).update(**{column: "13800001234"})

    worker.refresh_from_db()
    assert getattr(worker, column) == "138****1234"


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["group_no", "wish_place", "wish_kind", "contact_hours"])
def test_and_the_form_of_the_record_refuses_it(field):
    worker = WorkerFactory()
    form = VerifyForm({field: "13800001234"}, worker=worker, user=UserFactory(supervisor=True))

    assert form.has_error(field, "number")


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["group_no", "employer_name", "wish_place", "wish_kind", "contact_hours"])
def test_and_the_form_that_registers_refuses_it_too(field):
    form = AddForm({field: "找13800001234"}, user=UserFactory(supervisor=True))

    assert form.has_error(field, "number")


@pytest.mark.django_db
def test_the_group_of_a_roster_is_masked_before_it_is_cut():
    address = "织金县猫场镇凤坪村三组下面的坡坡上头522425198706019028"

    assert "52242519" not in judged(address=address).person.group_no


@pytest.mark.django_db
def test_also_when_it_is_changed_without_the_model():
    case = CaseFactory()
    type(case).objects.filter(pk=case.pk).update(close_note="522425198706019028")

    case.refresh_from_db()
    assert case.close_note == "5224**********9028"
    assert ContactAttempt._meta.get_field("note").get_prep_value("13800001234") == "138****1234"


@pytest.mark.django_db
def test_a_name_of_before_hinders_nobody_from_verifying_the_rest():
    """The form used to take names that are none now; they stay until somebody changes them."""
    worker = WorkerFactory(name="李四2")
    shown = VerifyForm(worker=worker, user=UserFactory(supervisor=True))
    as_it_stands = {f"initial-{name}": "李四2" if name == "name" else "" for name in shown.fields}

    untouched = VerifyForm(as_it_stands | {"name": "李四2"}, worker=worker, user=UserFactory(supervisor=True))
    changed = VerifyForm(as_it_stands | {"name": "李四3"}, worker=worker, user=UserFactory(supervisor=True))

    assert ("name" in untouched.errors, "name" in changed.errors) == (False, True)


def test_the_reason_of_a_refusal_asks_so_too():
    assert isinstance(CallForm.base_fields["why_words"], WorkerRemarkField)


@pytest.mark.django_db
def test_the_name_of_a_file_keeps_no_number():
    content = ",".join(HEADINGS[name] for name in GOOD) + "\n" + ",".join(GOOD.values())

    upload = receive_roster(
        content=content.encode(), file_name="王芳13800001234.csv", by=UserFactory(township_cadre=True), at=NOON
    )

    assert upload.file_name == "王芳138****1234.csv"
