"""The timeline tells one thing once: an entry with its note, and what came with it folded under it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import translation

from cases import services
from cases.selectors import case_page
from staff.models import AccessLog
from staff.services import log_access
from tests.cases.factories import NOON, TODAY, CaseFactory, miss
from tests.cases.pages import signed_in, url_of, words_of
from tests.workers.factories import WorkerFactory
from workers import journal
from workers.journal.telling import LINES_AN_ENTRY, timeline
from workers.selectors import looks_at, worker_page

pytestmark = [pytest.mark.clock, pytest.mark.django_db]
HOUR = NOON + timedelta(hours=1)


def entries(case, user):
    with translation.override("en"):
        return case_page(case=case, user=user, today=TODAY).lines


def talk(case, by):
    said = {"channel": "call", "outcome": "spoke_to_worker", "status": "unemployed_willing", "note": "愿意去浙江"}
    wishes = {"wish_place": "省外", "wish_wage": 5000}
    return services.record_talk(case=case, happened_at=HOUR, by=by, at=HOUR, wishes=wishes, **said)


def test_a_call_with_its_effects_is_one_entry_with_its_note(cadre):
    case = CaseFactory(owner=cadre)
    talk(case, cadre)

    first = entries(case, cadre)[0]

    assert (first.sentence, first.detail) == ("Spoke to the worker on the phone: the first contact.", "愿意去浙江")
    assert [line.what for line in first.folded] == ["worker_corrected", "status_reported"]


def test_a_remark_that_the_headline_says_is_not_said_again(cadre):
    case = CaseFactory(owner=cadre)
    said = {"worker": case.worker, "by": cadre, "at": HOUR}
    receipt = {"serial": "0021", "result": "not_hired", "note": "年纪不合适"}
    journal.record(what="receipt_recorded", data=receipt, **said)
    journal.record(what="case_not_matched", data={"note": "年纪不合适"}, **said)

    first = entries(case, cadre)[0]

    assert f"{first.sentence} {first.detail}".count("年纪不合适") == 1


def test_every_line_is_told_and_none_twice(cadre):
    case = CaseFactory(owner=cadre, settled=True)

    told = [line.seq for entry in entries(case, cadre) for line in (entry, *entry.folded)]

    assert sorted(told) == list(range(1, case.worker.journal_lines.count() + 1))


def test_a_text_that_leaves_a_little_later_folds_under_what_caused_it(cadre):
    case = CaseFactory(owner=cadre)
    talk(case, cadre)
    journal.record(
        worker=case.worker, what="sms_sent", by=None, at=HOUR + timedelta(seconds=40), data={"template": "placed"}
    )

    first = entries(case, cadre)[0]

    assert (first.what, first.folded[0].what) == ("case_contacted", "sms_sent")


def test_a_text_that_leaves_much_later_was_caused_by_something_else(cadre):
    case = CaseFactory(owner=cadre)
    talk(case, cadre)
    later = HOUR + timedelta(hours=20)
    for seconds in (0, 40):
        at = later + timedelta(seconds=seconds)
        journal.record(worker=case.worker, what="sms_sent", by=None, at=at, data={"template": "placed"})

    told = entries(case, cadre)

    assert [entry.what for entry in told][:3] == ["sms_sent", "sms_sent", "case_contacted"]
    assert [line.what for line in told[2].folded] == ["worker_corrected", "status_reported"]


@pytest.mark.parametrize("deed", ["contact_attempted", "follow_up_recorded", "follow_up_tried", "follow_up_undone"])
def test_what_was_done_stands_above_what_came_before_it_in_the_same_press(deed):
    worker = WorkerFactory()
    for what in ("flags_cleared", deed, "worker_flagged"):
        journal.record(worker=worker, what=what, by=None, at=HOUR, data={})

    first = timeline(worker.pk)[0]

    assert (first.what, [line.what for line in first.folded]) == (deed, ["worker_flagged", "flags_cleared"])


def test_the_note_of_any_line_stands_with_the_entry():
    worker = WorkerFactory()
    for what, data in (("contact_attempted", {}), ("worker_flagged", {"note": "晚上再打"})):
        journal.record(worker=worker, what=what, by=None, at=HOUR, data=data)

    assert (timeline(worker.pk)[0].what, timeline(worker.pk)[0].detail) == ("contact_attempted", "晚上再打")


def test_an_entry_is_told_whole_or_not_at_all():
    worker = WorkerFactory()
    for hours in (1, 2):
        for _line in range(LINES_AN_ENTRY + 1):
            journal.record(worker=worker, what="flags_cleared", by=None, at=NOON + timedelta(hours=hours), data={})

    told = {limit: [1 + len(entry.folded) for entry in timeline(worker.pk, limit=limit)] for limit in (2, 3)}

    assert told == {2: [LINES_AN_ENTRY + 1], 3: [LINES_AN_ENTRY + 1] * 2 + told[3][2:]}


def test_the_record_offers_the_rest_only_where_there_is_one(cadre):
    case = CaseFactory(owner=cadre)
    talk(case, cadre)

    has_more = [worker_page(case.worker, cadre, today=TODAY, rows=rows).has_more for rows in (1, 12, None)]

    assert has_more == [True, False, False]


def test_the_record_of_a_person_tells_a_call_once_too(cadre):
    case = CaseFactory(owner=cadre)
    talk(case, cadre)

    with time_machine.travel(HOUR, tick=False):
        said = words_of(signed_in(cadre).get(f"/workers/{case.worker_id}/"))

    assert said.count("愿意去浙江") == 1
    assert "Spoke to the worker on the phone: the first contact. 愿意去浙江" in said
    assert "and 2 lines that came with it" in said


def test_the_record_says_each_looker_once_a_day(cadre, colleague):
    worker = CaseFactory(owner=cadre).worker
    for minutes in (1, 2, 3):
        log_access(colleague, worker.pk, AccessLog.What.OPENED_RECORD, NOON + timedelta(minutes=minutes))

    with time_machine.travel(HOUR, tick=False):
        said = words_of(signed_in(cadre).get(f"/workers/{worker.pk}/"))

    assert said.count("杨昌贵 Opened the record") == 1
    assert "3 times" in said.split("杨昌贵 Opened the record")[1]


def test_entries_of_two_moments_are_two(cadre):
    case = CaseFactory(owner=cadre)
    talk(case, cadre)
    miss(case, at=HOUR + timedelta(minutes=1), by=cadre)

    assert [entry.what for entry in entries(case, cadre)][:2] == ["contact_attempted", "case_contacted"]


def test_the_page_folds_what_came_with_an_entry(cadre):
    case = CaseFactory(owner=cadre)
    talk(case, cadre)

    with time_machine.travel(HOUR, tick=False):
        said = words_of(signed_in(cadre).get(url_of("case", case.pk)))

    assert "and 2 lines that came with it" in said


def test_looking_is_merged_for_each_person_and_day(cadre, colleague):
    worker = CaseFactory(owner=cadre).worker
    for hours in (1, 2, 3, 30):
        log_access(cadre, worker.pk, AccessLog.What.OPENED_RECORD, NOON + timedelta(hours=hours))
    log_access(cadre, worker.pk, AccessLog.What.REVEALED_PHONE, NOON + timedelta(hours=4), reason="call")
    log_access(colleague, worker.pk, AccessLog.What.OPENED_RECORD, NOON + timedelta(hours=2))

    looks = looks_at(worker.pk)

    assert [(look.who, look.times, look.at) for look in looks] == [
        (str(cadre), 1, NOON + timedelta(hours=30)),
        (str(cadre), 4, NOON + timedelta(hours=4)),
        (str(colleague), 1, NOON + timedelta(hours=2)),
    ]
