"""What an auditor reads: every line with what it changed, the path taken, the chain, and who looked."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import translation
from psycopg.types.json import Jsonb

from cases import selectors, services
from cases.models import Case
from cases.selectors import charts
from cases.views.audit import fault_words
from staff.models import AccessLog
from tests.cases.factories import NOON, CaseFactory, miss, reach
from tests.cases.pages import signed_in, source_of, url_of, words_of
from tests.past_triggers import past_triggers
from tests.workers.rewriting import rewrite
from workers.rules.seals import chains
from workers.services import update_worker

pytestmark = pytest.mark.django_db

BEFORE = NOON - timedelta(days=9)


@pytest.fixture(autouse=True)
def noon_in_english():
    with time_machine.travel(NOON, tick=False), translation.override("en"):
        yield


@pytest.fixture
def desk(auditor):
    return signed_in(auditor)


def alter(line, **data) -> None:
    """As somebody with the keys of the database might, past the trigger."""
    with past_triggers() as cursor:
        cursor.execute("UPDATE workers_journalline SET data = data || %s WHERE id = %s", [Jsonb(data), line.pk])


def changes_of(case) -> list[tuple[str, str, str]]:
    """Oldest first."""
    lines = selectors.history(case).lines
    return [(change.label, change.before, change.after) for line in reversed(lines) for change in line.changes]


def moves_of(case) -> list[tuple]:
    return [(move.from_state, move.to_state) for move in selectors.history(case).moves]


# ---- the journal


def test_every_line_stands_with_its_times_its_author_and_its_hash(desk, cadre):
    case = CaseFactory(owner=cadre, at=BEFORE)
    miss(case, at=NOON, by=cadre, happened_at=NOON - timedelta(days=2), note="邻居说在外地")

    response = desk.get(url_of("audit", case.pk))

    said, line = words_of(response), case.worker.journal_lines.last()
    assert bytes(line.hash).hex()[:8] in said
    assert f"entered today 12:00 王芳 #{line.seq}" in said
    assert "Called, no answer. late entry" in said
    assert "邻居说在外地" in said


def test_whole_chain_is_said_to_be_whole(desk, cadre):
    case = CaseFactory(owner=cadre, at=BEFORE)

    assert "Chain whole" in words_of(desk.get(url_of("audit", case.pk)))


def test_altered_line_is_named(desk, cadre):
    case = CaseFactory(owner=cadre, at=BEFORE, contacted=True)
    alter(case.worker.journal_lines.get(what="case_contacted"), outcome="no_answer")

    said = words_of(desk.get(url_of("audit", case.pk)))

    assert "Chain broken" in said
    assert "The journal does not add up." in said
    assert "this line was altered after it was written" in said


def test_reading_the_journal_is_a_look_at_the_record(desk, cadre, auditor):
    case = CaseFactory(owner=cadre, at=BEFORE)

    response = desk.get(url_of("audit", case.pk))

    assert [(look.user, look.what) for look in AccessLog.objects.all()] == [(auditor, "opened_record")]
    assert [look.who for look in response.context["looks"]] == [str(auditor)]


# ---- what each line changed


def test_states_are_told_with_what_was_before(cadre):
    case = CaseFactory(owner=cadre, at=BEFORE, placed=True)

    states = [change for change in changes_of(case) if change[0] == "State"]

    assert states == [("State", "", "Flagged"), ("State", "Flagged", "Contacted"), ("State", "Contacted", "Placed")]


def test_entry_taken_back_brings_the_state_back(cadre):
    case = CaseFactory(owner=cadre, at=BEFORE)
    attempt = reach(case, at=NOON, by=cadre)
    services.undo_contact(attempt=attempt, by=cadre, at=NOON + timedelta(minutes=1))

    assert moves_of(case) == [("", "flagged"), ("flagged", "contacted"), ("contacted", "flagged")]
    assert changes_of(case)[-1] == ("State", "Contacted", "Flagged")


def test_reopened_case_goes_on_from_its_end(cadre):
    case = CaseFactory(owner=cadre, at=BEFORE, closed=True)
    services.reopen_case(case=case, by=cadre, at=NOON)

    assert moves_of(case) == [("", "flagged"), ("flagged", "closed"), ("closed", "flagged")]
    assert changes_of(case)[-1] == ("State", "Closed", "Flagged")


def test_lines_tell_the_states_of_every_case_and_the_path_is_of_one(cadre):
    old = CaseFactory(owner=cadre, at=BEFORE - timedelta(days=200), closed=True)
    new = CaseFactory(owner=cadre, at=BEFORE, worker=old.worker)

    assert [change[1:] for change in changes_of(new)] == [("", "Flagged"), ("Flagged", "Closed"), ("", "Flagged")]
    assert (moves_of(old), moves_of(new)) == ([("", "flagged"), ("flagged", "closed")], [("", "flagged")])


def test_where_no_line_tells_a_move_the_path_still_has_it(cadre):
    """As of a case older than its moves, whose journal was silent."""
    case = CaseFactory(owner=cadre, at=BEFORE, contacted=True)
    with past_triggers() as cursor:
        cursor.execute("UPDATE cases_casemove SET line_id = NULL WHERE case_id = %s", [case.pk])

    assert changes_of(case) == []
    assert moves_of(case) == [("", "flagged"), ("flagged", "contacted")]


def test_corrections_and_owners_are_told_with_what_was_before(cadre, township, colleague):
    case = CaseFactory(owner=cadre, at=BEFORE)
    services.assign(case=case, owner=colleague, by=township, at=NOON)
    services.assign(case=case, owner=cadre, by=township, at=NOON)
    services.reassign_many(case_ids=[case.pk], owner=None, by=township, at=NOON)
    update_worker(worker=case.worker, changes={"group_no": "7"}, by=cadre, at=NOON)

    told = changes_of(case)

    owners = [("杨昌贵", "王芳"), ("王芳", "杨昌贵"), ("王芳", "")]
    assert sorted(change[1:] for change in told if change[0] == "Responsible") == sorted(owners)
    assert told[-1][1:] == ("2", "7")


def test_findings_name_what_was_late(desk, cadre):
    case = CaseFactory(owner=cadre, at=NOON - timedelta(days=60))
    reach(case, at=NOON, by=cadre)

    said = words_of(desk.get(url_of("audit", case.pk)))

    assert "Late Contact: due" in said
    assert "Holds Every line carries the hash of the line before it." in said


# ---- the drawings


def test_path_is_solid_where_the_case_went_and_dashed_elsewhere(cadre):
    case = CaseFactory(owner=cadre, at=BEFORE, referred=True)
    services.mark_not_matched(case=case, by=None, at=BEFORE + timedelta(hours=5))
    case = Case.objects.get(pk=case.pk)

    chart = charts.path_chart(case, selectors.history(case).moves)

    assert [box.when for box in chart.boxes] == ["past", "now", "past", "next", "next", "next"]
    assert sum(arrow.taken for arrow in chart.arrows) == 3  # there, there and back
    assert [arrow.words for arrow in chart.arrows if arrow.taken and arrow.words] == ["no match, back 24 Feb"]


def test_flow_shows_where_the_engine_has_been_and_is(cadre):
    case = CaseFactory(owner=cadre, at=BEFORE, contacted=True)

    nodes = {node.label: (node.kind, node.when, node.times) for node in charts.flow_chart(case).nodes}

    assert nodes["Contact"] == ("step", "past", 1)
    assert nodes["Recommend a job"] == ("step", "now", 1)
    assert nodes["Arrange travel"] == ("step", "next", 0)
    assert nodes["Case ended"] == ("end", "next", 0)


def test_flow_is_drawn_in_the_page_without_foreign_styles(desk, cadre):
    case = CaseFactory(owner=cadre, at=BEFORE, contacted=True)

    source = source_of(desk.get(url_of("flow_chart", case.pk)))

    assert ('<svg class="wf-flow"' in source, "<style" in source, " style=" in source) == (True, False, False)
    assert "Contact" in source


@pytest.mark.parametrize("name", ["audit", "flow_chart"])
def test_drawings_of_an_ended_case_stand_too(desk, cadre, name):
    for trait in ("settled", "closed"):
        case = CaseFactory(owner=cadre, at=BEFORE, **{trait: True})

        assert desk.get(url_of(name, case.pk)).status_code == 200


def test_a_forged_line_and_a_moved_head_are_named_on_the_page_of_the_auditor(desk, cadre):
    case = CaseFactory(owner=cadre, at=BEFORE)
    miss(case, at=NOON, by=cadre)
    count = case.worker.journal_lines.count()
    rewrite(case.worker, add=[{"by_id": cadre.pk, "what": "case_closed", "data": {}}])

    response = desk.get(url_of("audit", case.pk))

    assert response.status_code == 200
    assert words_of(response).count(f"#{count + 1} this line was not written by Wayfare") == 1
    assert "the end of the journal was not set by Wayfare" in words_of(response)


def test_every_fault_of_a_chain_has_words():
    said = {"altered", "missing", "cut_off", "forged", "head_moved", "no_chain", "deleted", "left_and_there"}

    assert said == {why for why in chains.WORDS if not why.startswith(("sealed", "not_sealed", "chain_gone"))}
    assert all(fault_words(why) for why in said)


def test_a_journal_that_was_deleted_whole_is_told_on_the_page(desk, cadre):
    case = CaseFactory(owner=cadre, at=BEFORE)
    with past_triggers() as cursor:
        cursor.execute("UPDATE cases_casemove SET line_id = NULL")
        cursor.execute("DELETE FROM workers_journalline WHERE worker_id = %s", [case.worker_id])
        cursor.execute("DELETE FROM workers_journalhead WHERE worker_id = %s", [case.worker_id])

    assert "there is no line at all" in words_of(desk.get(url_of("audit", case.pk)))
