"""The tallies of cases and open items: always what a count of the rows finds, and each list as long as they say."""

import threading
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases import services
from cases.choices import ANY, AT_WORK, DUE_TODAY, ENDED, ESCALATED, LATE, NOBODY, State
from cases.models import Case, WorkItem
from cases.selectors import CaseFilters, cases_matching, counts, counts_of
from cases.tallies import CASES, OPEN_ITEMS
from kit import tallies
from kit.tallies import differences, fold, making, removing
from tests.cases.factories import NOON, TODAY, CaseFactory
from tests.cases.pages import signed_in, words_of
from tests.cases.test_concurrency import at_once
from tests.cases.test_walks import Walker, forgotten, walks
from tests.staff.factories import (
    DAFANG_VILLAGE,
    FENGPING,
    HUAQI_VILLAGE,
    MAOCHANG,
    YANJIAO,
    ZHIJIN,
    PostingFactory,
    UserFactory,
    area_of,
)
from tests.workers.factories import WorkerFactory

pytestmark = pytest.mark.django_db
BOTH = (CASES, OPEN_ITEMS)
CITY = 520500000000
LATER = NOON + timedelta(hours=6)
TRAITS = ("", "contacted", "referred", "placed", "nearby", "transported", "settled", "closed")
CATALOG = """
SELECT 'column', c.relname || '.' || a.attname,
    format('%s %s %s', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relname LIKE 'cases\\_%\\_tally%' AND c.relkind = 'r'
UNION ALL SELECT 'options', relname, reloptions::text FROM pg_class WHERE relname LIKE 'cases\\_%\\_tally%'
UNION ALL SELECT 'key', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname LIKE 'cases\\_%\\_tally%'
UNION ALL SELECT 'function', proname, prosrc FROM pg_proc WHERE proname LIKE 'cases\\_%\\_tally%'
UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger
WHERE tgname LIKE 'cases\\_%\\_tally%' AND NOT tgisinternal
"""


def run(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def case_in(area, days_ago=1, **more):
    at = NOON - timedelta(days=days_ago)
    return CaseFactory(worker=WorkerFactory(unemployed=True, area=area_of(area)), at=at, **more)


def deltas() -> int:
    return sum(run(f"SELECT count(*) FROM {tally.deltas}")[0][0] for tally in BOTH)


def fold_both() -> int:
    return sum(fold(tally) for tally in BOTH)


# ---- the declaration and the database


def test_the_migrations_made_what_is_declared():
    """A changed declaration wants a migration with the SQL that `making` writes for it."""
    made = set(run(CATALOG))

    with transaction.atomic():
        for tally in BOTH:
            run(removing(tally))
            assert [row for row in run(CATALOG) if row[1].startswith(tally.name)] == []
            run(making(tally))
        declared = set(run(CATALOG))
        transaction.set_rollback(True)

    assert (made, len(made) > 60) == (declared, True)


def test_a_tally_that_comes_later_counts_what_stood_before():
    case_in(FENGPING)
    case_in(YANJIAO, referred=True)

    with transaction.atomic():
        run("SET CONSTRAINTS ALL IMMEDIATE")
        for tally in BOTH:
            run(removing(tally))
            run(making(tally))
        assert differences(BOTH) == []
        assert run("SELECT sum(n) FROM cases_case_tally_standing_by_county") == [(2,)]
        transaction.set_rollback(True)


# ---- how far a case ever came


def test_a_case_that_went_back_keeps_how_far_it_came_whatever_is_saved_over_it():
    case = CaseFactory(contacted=True)
    stale = Case.objects.get(pk=case.pk)
    services.mark_referred(case=case, by=None, at=LATER)
    services.mark_not_matched(case=case, by=None, at=LATER)

    stale.save()

    case = Case.objects.get(pk=case.pk)
    assert (stale.has_been_referred is True, case.has_been_referred, case.has_travelled) == (False, True, False)


def test_how_far_a_case_came_is_what_its_moves_say():
    for trait in TRAITS:
        CaseFactory(**({trait: True} if trait else {}))

    moved = {
        name: set(Case.objects.filter(moves__to_state=state).values_list("pk", flat=True))
        for name, state in [("has_been_referred", State.REFERRED), ("has_travelled", State.TRANSPORTED)]
    }

    assert {name: set(Case.objects.filter(**{name: True}).values_list("pk", flat=True)) for name in moved} == moved
    assert all(moved.values())


# ---- whatever happens to cases


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=walks, folds=st.lists(st.booleans(), min_size=14, max_size=14))
def test_whatever_is_pressed_the_tallies_are_a_count_of_the_rows(walk, folds):
    with forgotten():
        walker = Walker()
        for (deed, hours), is_folded in zip(walk, folds, strict=False):
            walker.press(deed, hours)
            if is_folded:
                fold_both()
            assert differences(BOTH) == []


def test_a_case_that_moves_takes_its_counts_along():
    case, supervisor = case_in(FENGPING), UserFactory(supervisor=True)
    here, there = CaseFilters(area_code=MAOCHANG), CaseFilters(area_code=area_of(HUAQI_VILLAGE).parent_id)
    fold_both()
    before = counts_of([here], user=supervisor, today=TODAY) | counts_of([there], user=supervisor, today=TODAY)

    case.worker.area = area_of(HUAQI_VILLAGE)
    case.worker.save()
    services.follow_worker(worker=case.worker, by=None, at=LATER)

    after = counts_of([here], user=supervisor, today=TODAY) | counts_of([there], user=supervisor, today=TODAY)
    assert (before, after) == ({here: 1, there: 0}, {here: 0, there: 1})
    assert differences(BOTH) == []


def test_a_division_that_gets_another_code_takes_its_counts_along():
    """As a migration of divisions does it, past every service."""
    case_in(FENGPING)
    fold_both()

    for table in ("cases_case", "cases_workitem"):
        run(f"UPDATE {table} SET area_code = {DAFANG_VILLAGE} WHERE area_code = {FENGPING}")

    assert differences(BOTH) == []
    assert run(f"SELECT sum(n) FROM ({OPEN_ITEMS.told(OPEN_ITEMS.rollups[0])}) t WHERE area / 1000000 = 520524") == [
        (0,)
    ]


def test_a_change_that_no_figure_counts_by_notes_nothing():
    case = CaseFactory()
    fold_both()

    Case.objects.filter(pk=case.pk).update(close_note="", needs_transport=None)
    WorkItem.objects.filter(case=case).update(reason_data={}, escalates_at=None)

    assert deltas() == 0


# ---- lists and their counts


@pytest.fixture
def supervisor(db):
    return UserFactory(supervisor=True)


@pytest.fixture
def cases(db):
    """In every state, three townships and two counties; some escalated, some put off, some with an owner."""
    for number, trait in enumerate(TRAITS):
        for area in (FENGPING, YANJIAO, HUAQI_VILLAGE)[: 1 + number % 3]:
            case_in(area, days_ago=number * 9, **({trait: True} if trait else {}))
    case_in(MAOCHANG, days_ago=40)
    case_in(DAFANG_VILLAGE)
    back = case_in(FENGPING, days_ago=3, referred=True)
    services.mark_not_matched(case=back, by=None, at=NOON)
    cadre, owned = UserFactory(township_cadre=True), ("referred", "transported", "closed")
    Case.objects.filter(state__in=owned).update(owner=cadre)
    WorkItem.objects.open().filter(case__state__in=owned).update(owner=cadre)
    WorkItem.objects.open().filter(due_at__lt=NOON).update(escalation_level=1, escalated_at=NOON)
    WorkItem.objects.open().filter(due_at__gt=NOON + timedelta(days=2)).update(not_before=NOON)


STATES = ("", ANY, ENDED, AT_WORK, *State.values)
STAGES = ("", "flagged", "contacted", "referred", "placed", "transported", "settled")


def every_list(area):
    """All that the filters can say together, but for words, flags and people."""
    month = {"opened_from": TODAY - timedelta(days=30), "opened_to": TODAY - timedelta(days=3)}
    for state, due, owner, group in product(
        STATES, ("", LATE, DUE_TODAY, ESCALATED), ("", NOBODY), ("", "general", "key")
    ):
        yield CaseFilters(area_code=area, state=state, due=due, owner=owner, group=group)
    for state, reached, missed, days in product(("", ANY, ENDED), STAGES, STAGES, ({}, month)):
        yield CaseFilters(area_code=area, state=state, reached=reached, missed=missed, **days)


@pytest.mark.parametrize("area", [ZHIJIN, MAOCHANG, FENGPING, None])
def test_every_list_is_as_long_as_its_count_says(supervisor, cases, area):
    fold_both()
    case_in(YANJIAO, contacted=True)  # and some are not folded yet
    lists = list(every_list(area))

    said = counts_of(lists, user=supervisor, today=TODAY)

    found = {one: cases_matching(one, user=supervisor, today=TODAY).count() for one in said}
    assert said == found
    assert (len(said) > 300, len([n for n in said.values() if n]) > 80) == (True, True)


def test_the_last_half_second_of_a_day_belongs_to_it(supervisor):
    """The seconds before midnight are the day's, in the list as in its count."""
    late_in_the_evening = NOON + timedelta(hours=11, minutes=59, seconds=59.5)
    case = case_in(FENGPING)
    Case.objects.filter(pk=case.pk).update(opened_at=late_in_the_evening)
    WorkItem.objects.filter(case=case).update(due_at=late_in_the_evening)
    lists = [CaseFilters(opened_from=TODAY, opened_to=TODAY), CaseFilters(due=DUE_TODAY)]

    found = {one: cases_matching(one, user=supervisor, today=TODAY).count() for one in lists}

    assert found == counts_of(lists, user=supervisor, today=TODAY) == dict.fromkeys(lists, 1)


def test_a_list_of_those_in_no_place_below_is_counted_among_the_rows(supervisor, cases):
    for only_here in (CaseFilters(area_code=code, state=ANY, only_here=True) for code in (MAOCHANG, ZHIJIN, FENGPING)):
        assert counts_of([only_here], user=supervisor, today=TODAY) == {
            only_here: cases_matching(only_here, user=supervisor, today=TODAY).count()
        }


def test_what_a_list_is_narrowed_by_and_no_tally_knows_is_not_answered(supervisor):
    unknown = [
        CaseFilters(owner="7"), CaseFilters(flag="zero_employment"), CaseFilters(words="wang"),
        CaseFilters(due=LATE, reached="placed"), CaseFilters(due=LATE, opened_from=TODAY),
        CaseFilters(due=LATE, state="placed"), CaseFilters(due=LATE, state="transported"),
    ]  # fmt: skip

    assert counts_of(unknown, user=supervisor, today=TODAY) == {}


def test_a_count_is_of_what_its_reader_sees(cases):
    """Two postings, one inside the other, and one elsewhere; a village; none."""
    several = UserFactory(township_cadre=True)
    for area in (FENGPING, DAFANG_VILLAGE):
        PostingFactory(user=several, area=area_of(area), role="village_cadre")
    wide = UserFactory(supervisor=True)
    PostingFactory(user=wide, area=area_of(DAFANG_VILLAGE), role="village_cadre")
    people = [several, wide, UserFactory(village_cadre=True), UserFactory()]
    lists = [CaseFilters(state=ANY), CaseFilters(area_code=ZHIJIN, state=ANY), CaseFilters(due=LATE)]

    for person, one in product(people, lists):
        seen = cases_matching(one, user=person, today=TODAY).count()
        assert counts_of([one], user=person, today=TODAY) == {one: seen}
    assert cases_matching(lists[0], user=several, today=TODAY).count() > 10


def test_the_head_of_a_list_asks_for_no_count_of_half_a_million_rows(supervisor, cases):
    closed_today = CaseFilters(area_code=ZHIJIN, state="closed", opened_from=TODAY)
    wide = [closed_today, CaseFilters(area_code=ZHIJIN, reached="placed")]
    narrow = [replace(one, area_code=MAOCHANG) for one in wide]

    quick = [counts_of(lists, user=supervisor, today=TODAY, only_quick=True).keys() for lists in (wide, narrow)]

    assert quick == [set(), set(narrow)]
    assert counts_of(wide, user=supervisor, today=TODAY).keys() == set(wide)


def test_a_long_list_that_no_tally_knows_is_not_counted_to_its_end(supervisor, monkeypatch):
    monkeypatch.setattr(counts, "COUNTED", 2)
    owner = UserFactory(township_cadre=True)
    for _ in range(3):
        case_in(FENGPING, owner=owner, days_ago=40)
    known, unknown = CaseFilters(), CaseFilters(owner=str(owner.pk))

    heads = [
        counts.heads_of(one, cases_matching(one, user=supervisor, today=TODAY), user=supervisor, today=TODAY)
        for one in (known, unknown)
    ]

    assert heads == [((3, False), (3, False)), ((2, True), (2, True))]


def test_the_list_says_that_there_are_more(supervisor, monkeypatch):
    monkeypatch.setattr(counts, "COUNTED", 2)
    owner = UserFactory(township_cadre=True)
    for _ in range(3):
        case_in(FENGPING, owner=owner, days_ago=40)

    with time_machine.travel(NOON, tick=False):
        said = {
            language: words_of(signed_in(supervisor, language).get("/cases/", {"owner": owner.pk}))
            for language in ("en", "zh-hans")
        }

    assert ("2+ cases" in said["en"], "2+ overdue" in said["en"], "2+ 件个案" in said["zh-hans"]) == (True, True, True)


# ---- the command


def test_the_command_says_that_the_tallies_hold(cases, capsys):
    call_command("check_tallies")

    assert capsys.readouterr().out == "The tallies hold.\n"


def test_the_command_names_what_differs_and_repairs_it(capsys):
    case_in(FENGPING)
    fold_both()
    run("UPDATE cases_item_tally_waiting_by_township SET n = 3")

    with pytest.raises(CommandError, match="1 differences"):
        call_command("check_tallies")
    said = capsys.readouterr().out
    call_command("check_tallies", repair=True)
    call_command("check_tallies")

    assert said == (
        f"cases_item_tally_waiting_by_township: 3 told, 1 counted, area {MAOCHANG}, due_on 2026-03-11, step contact, "
        "priority 2, is_owned False, comes_on 2026-03-11, escalation_level 0\n"
    )
    assert capsys.readouterr().out.endswith("Repaired 1 differences.\nThe tallies hold.\n")


# ---- many at once


def fold_in_two_statements(tally) -> None:
    """As one would first write it."""
    with transaction.atomic():
        for rollup in tally.rollups:
            run(
                f"INSERT INTO {rollup.table} AS folded ({rollup.names}, n) "
                f"SELECT {', '.join(rollup.expressions)}, sum(n) FROM {tally.deltas} "
                f"GROUP BY {', '.join(str(n + 1) for n in range(len(rollup.dimensions)))} "
                f"ON CONFLICT ({rollup.names}) DO UPDATE SET n = folded.n + excluded.n"
            )
        yield
        run(f"DELETE FROM {tally.deltas}")


@pytest.mark.django_db(transaction=True)
def test_a_fold_in_two_statements_loses_what_is_noted_between_them():
    CaseFactory()
    first_half = fold_in_two_statements(CASES)
    next(first_half)

    assert at_once(CaseFactory)[0].state == "flagged"
    next(first_half, None)

    assert [(one.told, one.counted) for one in differences([CASES])] == [(1, 2), (1, 2), (1, 2)]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_counted_twice_while_people_work_and_two_fold():
    cases = [CaseFactory(contacted=True) for _ in range(4)]
    is_over = threading.Event()

    def work(mine):
        for _ in range(12):
            for case in mine:
                services.mark_referred(case=case, by=None, at=LATER)
                services.mark_not_matched(case=case, by=None, at=LATER)
        is_over.set()

    def keep_folding():
        folded = 0
        while not is_over.is_set():
            folded += sum(fold(tally, at_once=3) for tally in BOTH)
        return folded

    outcomes = at_once(lambda: work(cases[:2]), lambda: work(cases[2:]), keep_folding, keep_folding)
    folded = sum(outcomes[2:]) + fold_both()

    assert (outcomes[:2], differences(BOTH), deltas()) == ([None, None], [], 0)
    assert folded > 100


@pytest.mark.django_db(transaction=True)
def test_who_comes_while_another_folds_goes_away_and_does_not_wait(monkeypatch):
    CaseFactory()

    with transaction.atomic():
        assert fold(CASES) > 0
        CaseFactory()
        assert at_once(lambda: fold(CASES)) == [0]
        without_the_lock(monkeypatch)
        (waited,) = at_once(fold_impatiently)

    assert isinstance(waited, OperationalError)
    assert differences(BOTH) == []


def fold_impatiently():
    with transaction.atomic():
        run("SET LOCAL lock_timeout = '300ms'")
        return fold(CASES)


def without_the_lock(monkeypatch):
    """The guard off: each has a lock of its own."""
    monkeypatch.setattr(tallies.Tally, "lock", property(lambda _: f"{threading.get_ident() % 10**9}, 1"))


@pytest.mark.django_db(transaction=True)
def test_a_repair_in_the_middle_of_work_takes_nothing_of_it_away():
    cases = [CaseFactory(contacted=True) for _ in range(2)]
    fold_both()
    run("UPDATE cases_case_tally_standing_by_county SET n = n + 5")
    run("UPDATE cases_item_tally_waiting_by_township SET n = n - 1")

    def work(case):
        for _ in range(10):
            services.mark_referred(case=case, by=None, at=LATER)
            services.mark_not_matched(case=case, by=None, at=LATER)

    def mend():
        for _ in range(5):
            for tally in BOTH:
                tallies.repair(tally)
                fold(tally)

    outcomes = at_once(lambda: work(cases[0]), lambda: work(cases[1]), mend)

    assert (outcomes, differences(BOTH)) == ([None, None, None], [])
