"""What people write of somebody stands in columns that hold no number of a person in clear; the others say why not."""

import pytest
from django.apps import apps
from django.db import models

from fairs.forms.planning import CancelForm as CancelFair
from jobs.forms.keeping import HoldForm
from jobs.forms.letters import RevokeForm
from jobs.forms.placing import PlacementForm, TermsForm
from tests.source import APPS
from transport.forms.running import CancelForm as CancelTrip
from workers.forms.fields import WorkerNoteField, WorkerRemarkField
from workers.models.notes import MaskedLine, MaskedText

BY_THE_PROGRAM = "written by the program, from its own words and codes"
OF_PLACES = "names of places, from the list of divisions or of buildings"
OF_BUSINESS = "about an employer, a post or a vehicle, whose phone may stand there"
SCRUBBED = "every text in it goes through masks.scrub_data before it is written"
TO_SOMEBODY = "the words of a template, or a text to its own reader"
IN_CLEAR = {
    "areas": OF_PLACES,
    "staff.User": "a colleague's own account",
    "staff.AccessLog.reason": BY_THE_PROGRAM,
    "staff.SettingChange": "of settings: terms, names of holidays, the words of templates",
    "staff.OpenSession": BY_THE_PROGRAM,
    "staff.SignIn": BY_THE_PROGRAM,
    "workers.Worker.name": "the door takes letters only",
    "workers.Worker.name_pinyin": BY_THE_PROGRAM,
    "workers.Worker.name_initials": BY_THE_PROGRAM,
    "workers.Worker.other_readings": BY_THE_PROGRAM,
    "workers.Worker.id_tail": "the last four, by which Find knows a number",
    "workers.Worker.phone_tail": "the last four, by which Find knows a number",
    "workers.WorkerTag.source": BY_THE_PROGRAM,
    "workers.JournalLine.what": BY_THE_PROGRAM,
    "workers.JournalLine.about_type": BY_THE_PROGRAM,
    "workers.JournalLine.data": SCRUBBED,
    "workers.JournalSeal.text": "numbers and hashes, as they are kept outside too",
    "workers.SealPlace": "folders and buckets of the settings, and kinds of errors",
    "workers.Flag.data": BY_THE_PROGRAM,
    "workers.RosterUpload.counts": BY_THE_PROGRAM,
    "workers.RosterUpload.report": "names rows and columns, never people",
    "workers.RosterUpload.people": "labels of rows and keys of people",
    "workers.RosterUpload.left_out": "labels of rows, never people",
    "workers.RosterUpload.told": "labels of rows and headings, never people",
    "workers.RosterUpload.disputed": "labels of rows",
    "workers.ColumnMeaning.heading": "the heading of a column",
    "workers.ColumnMeaning.field": BY_THE_PROGRAM,
    "workers.RosterChunk": "labels of rows and codes of issues",
    "workers.RosterVerdict.label": "names a row, never a person",
    "workers.RosterVerdict.verdict": BY_THE_PROGRAM,
    "workers.RosterVerdict.issues": "codes of issues with their values, as a report keeps them",
    "workers.RosterVerdict.name": "the name alone, while the roster waits, as it stands on the register afterwards",
    "workers.RosterVerdict.asks": "codes of questions and keys of people",
    "workers.RosterVerdict.answered": "codes of questions and keys of people",
    "workers.RosterUpload.decisions": "codes of answers, forgotten with the file",
    "notifications.Message": TO_SOMEBODY,
    "notifications.DeliveryAttempt": BY_THE_PROGRAM,
    "notifications.InboundMessage.gateway": BY_THE_PROGRAM,
    "notifications.InboundMessage.gateway_ref": BY_THE_PROGRAM,
    "notifications.InboundMessage.phone_tail": "the last four, by which Find knows a number",
    "notifications.InboundMessage.digit": BY_THE_PROGRAM,
    "notifications.Wording": TO_SOMEBODY,
    "cases.ContactAttempt.status": BY_THE_PROGRAM,
    "cases.ContactAttempt.before": SCRUBBED,
    "cases.FollowUpEntry.before": "copies of columns that are guarded themselves",
    "cases.Handover": BY_THE_PROGRAM,
    "cases.Selection": BY_THE_PROGRAM,
    "cases.SavedFilter.name": "a cadre's own word for a list",
    "cases.SavedFilter.query": BY_THE_PROGRAM,
    "cases.WorkItem.reason": BY_THE_PROGRAM,
    "cases.WorkItem.reason_data": "rule data, and a reason that is scrubbed",
    "jobs.Employer": OF_BUSINESS,
    "jobs.Vacancy": OF_BUSINESS,
    "jobs.Letter.serial": BY_THE_PROGRAM,
    "jobs.Letter.facts": "the letter as printed, with the number masked",
    "jobs.Letter.verify_code": BY_THE_PROGRAM,
    "fairs.Fair": "about the fair, for everybody to read",
    "fairs.ReferralBatch": BY_THE_PROGRAM,
    "fairs.FairReferral.code": BY_THE_PROGRAM,
    "transport.Trip": OF_BUSINESS,
    "transport.Stop": "where a bus stops, and whom a passenger calls there",
    "transport.Seat": BY_THE_PROGRAM,
    "transport.Booking.code": BY_THE_PROGRAM,
    "operations": BY_THE_PROGRAM,
}
GUARDED_BESIDE = {
    "jobs.Employer.hold_reason", "fairs.Fair.cancelled_because",
    "transport.Trip.cancelled_because", "transport.Trip.departed_because", "transport.Trip.arrived_early_because",
}  # fmt: skip
"""Columns about somebody in tables that otherwise stand in clear."""
WORDS = (models.CharField, models.TextField, models.JSONField)


def columns() -> dict[str, models.Field]:
    return {
        f"{model._meta.label}.{field.name}": field
        for model in apps.get_models()
        if model._meta.app_label in APPS
        for field in model._meta.local_fields
        if isinstance(field, WORDS) and not field.choices
    }


def reason_of(column: str) -> str | None:
    app, model, _name = column.split(".")
    return IN_CLEAR.get(column) or IN_CLEAR.get(f"{app}.{model}") or IN_CLEAR.get(app)


def is_guarded(field: models.Field) -> bool:
    return isinstance(field, MaskedLine | MaskedText)


def test_every_column_of_words_is_guarded_or_says_why_not():
    bare = [name for name, field in columns().items() if not is_guarded(field) and not reason_of(name)]

    assert bare == []


def test_no_reason_is_given_for_what_is_gone():
    known = {part for name in columns() for part in (name, name.rpartition(".")[0], name.split(".")[0])}

    assert set(IN_CLEAR) - known == set()


@pytest.mark.parametrize("column", sorted(GUARDED_BESIDE))
def test_what_is_about_somebody_is_guarded_in_a_table_that_is_not(column):
    assert is_guarded(columns()[column])


@pytest.mark.parametrize("column", [name for name, field in columns().items() if is_guarded(field)])
def test_a_guarded_column_masks_whatever_the_door(column):
    assert columns()[column].get_prep_value("找13800001234") == "找138****1234"


FORMS = [(CancelFair, "why"), (CancelTrip, "why"), (RevokeForm, "because"), (HoldForm, "because")]


@pytest.mark.parametrize("form, name", [*FORMS, (TermsForm, "evidence_note"), (PlacementForm, "employer_name")])
def test_the_forms_ask_so_and_keep_what_was_typed(form, name):
    assert isinstance(form.base_fields[name], WorkerNoteField | WorkerRemarkField)
