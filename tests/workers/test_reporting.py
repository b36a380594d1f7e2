"""How things stand: reports, flags, households, groups."""

import threading
import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.past_triggers import past_triggers
from tests.staff.factories import area_of
from tests.workers.factories import NOON, TODAY, FlagFactory, HouseholdFactory, WorkerFactory
from workers import invariants, journal, services
from workers.choices import HAS_WORK, OUT_OF_WORK, Status, Tag
from workers.events import status_reported, worker_about_to_change, worker_flagged
from workers.models import Flag, Household, Worker
from workers.refusals import NotOverAge, NotYetHappened, TagNotSet
from workers.services.households import is_zero_employment, service_group_of

pytestmark = pytest.mark.django_db

YONGKANG = 330784000000


def report(worker, status="unemployed_willing", *, days_ago=0, source="visit", by=None, **more):
    happened_at = NOON - timedelta(days=days_ago)
    return services.report_status(
        worker=worker, status=status, happened_at=happened_at, by=by, at=NOON, source=source, **more
    )


@pytest.fixture
def heard():
    announced = []

    def hear(signal, **news):
        announced.append(news)

    for signal in (status_reported, worker_flagged):
        signal.connect(hear, weak=False)
    yield announced
    for signal in (status_reported, worker_flagged):
        signal.disconnect(hear)


def test_a_report_changes_the_worker_and_is_announced(cadre, heard):
    worker = WorkerFactory()

    row = report(worker, "employed_outside_province", by=cadre, employer_name="晨路鞋业", wage=4500,
                 destination=area_of(YONGKANG))  # fmt: skip

    worker.refresh_from_db()
    assert (worker.status, worker.status_since, worker.employer_name, worker.wage, worker.destination_id) == (
        "employed_outside_province", TODAY, "晨路鞋业", 4500, YONGKANG,
    )  # fmt: skip
    assert [(news["report"], news["previous"]) for news in heard] == [(row, "unknown")]
    assert worker.journal_lines.get(what="status_reported").data == {
        "status": "employed_outside_province", "previous": "unknown", "source": "visit", "employer": "晨路鞋业",
        "wage": 4500,
    }  # fmt: skip


def test_a_job_that_is_over_is_no_longer_the_workers():
    worker = WorkerFactory(employed=True, destination=area_of(YONGKANG))

    report(worker, "returned_staying")

    worker.refresh_from_db()
    assert (worker.employer_name, worker.wage, worker.destination) == ("", None, None)


def test_over_age_is_said_of_nobody_under_fifty():
    worker = WorkerFactory(birth_date=TODAY.replace(year=TODAY.year - 49))

    with pytest.raises(NotOverAge):
        report(worker, "over_age")

    assert not worker.reports.exists()


def test_the_same_status_again_keeps_its_first_day():
    worker = WorkerFactory(unemployed=True)
    since = worker.status_since

    report(worker, "unemployed_willing")

    worker.refresh_from_db()
    assert worker.status_since == since


def test_an_older_event_entered_late_is_kept_but_changes_nothing(heard):
    worker = WorkerFactory()
    report(worker, "employed_in_city", days_ago=1)
    heard.clear()

    late = report(worker, "unemployed_willing", days_ago=10)

    worker.refresh_from_db()
    assert worker.status == "employed_in_city"
    assert worker.journal_lines.get(about_id=late.pk, about_type="workers.statusreport").what == "older_status_reported"
    assert (heard, Flag.objects.count()) == ([], 0)


def test_a_report_given_to_the_minute_counts_after_what_is_known_of_that_minute():
    worker = WorkerFactory()
    seconds_later = NOON + timedelta(seconds=20)
    told = {"worker": worker, "by": None, "at": NOON + timedelta(minutes=5), "source": "visit"}
    services.report_status(status="unemployed_willing", happened_at=seconds_later, **told)

    services.report_status(status="returned_going_back", happened_at=NOON, **told)
    services.report_status(status="farming", happened_at=NOON - timedelta(minutes=1), **told)

    worker.refresh_from_db()
    assert worker.status == "returned_going_back"


def test_of_two_reports_of_one_moment_the_later_entry_counts():
    worker = WorkerFactory()
    report(worker, "farming")

    report(worker, "unemployed_willing")

    worker.refresh_from_db()
    assert worker.status == "unemployed_willing"


def test_what_lies_ahead_has_not_happened():
    worker = WorkerFactory()

    with pytest.raises(NotYetHappened):
        report(worker, days_ago=-1)

    assert worker.reports.count() == 0


def test_a_replayed_report_is_one_report(heard):
    worker, once = WorkerFactory(), uuid.uuid4()

    assert report(worker, once=once) == report(worker, once=once)

    assert (worker.reports.count(), worker.flags.count(), len(heard)) == (1, 1, 2)


@pytest.mark.parametrize(("source", "how"), [("visit", "visit"), ("call", "call"), ("self", ""), ("import", "")])
def test_whoever_heard_it_from_the_worker_has_verified_the_record(cadre, source, how):
    worker = WorkerFactory()

    report(worker, source=source, by=cadre, days_ago=1)

    worker.refresh_from_db()
    assert worker.last_verified_how == how
    assert worker.last_verified_at == (NOON - timedelta(days=1) if how else None)


def test_an_older_call_does_not_undo_a_newer_verification(cadre):
    worker = WorkerFactory()
    services.verify_worker(worker=worker, by=cadre, at=NOON, how="papers")

    report(worker, source="call", by=cadre, days_ago=1)

    worker.refresh_from_db()
    assert worker.last_verified_how == "papers"


# ---- flags ---------------------------------------------------------------------------------------------------------


def test_a_flag_is_raised_with_its_reason_and_announced(heard):
    worker = WorkerFactory(employed=True, tags=["lifted_out"])

    report(worker, source="import")

    assert [flag.rule for flag in worker.flags.order_by("pk")] == ["lifted_out_out_of_work", "relapsed"]
    assert [news["flag"].rule for news in heard[1:]] == ["lifted_out_out_of_work", "relapsed"]


def test_a_flag_that_is_open_is_not_raised_again(heard):
    flag = FlagFactory()

    again = services.flag_worker(worker=flag.worker, rule=flag.rule, by=None, at=NOON)

    assert again == flag
    assert (heard, flag.worker.journal_lines.filter(what="worker_flagged").count()) == ([], 0)


def test_a_cleared_flag_may_be_raised_again():
    flag = FlagFactory()
    assert services.clear_flags(worker=flag.worker, by=None, at=NOON) == 1

    again = services.flag_worker(worker=flag.worker, rule=flag.rule, by=None, at=NOON)

    assert again != flag
    assert flag.worker.journal_lines.get(what="flags_cleared").data == {"rules": ["self_reported"]}


def test_clearing_nothing_leaves_no_line():
    worker = WorkerFactory()

    assert services.clear_flags(worker=worker, by=None, at=NOON) == 0
    assert worker.journal_lines.count() == 1


def test_a_listener_that_fails_undoes_the_report():
    def fail(**_):
        raise RuntimeError("no case, no flag")

    worker = WorkerFactory()
    worker_flagged.connect(fail)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            report(worker)
    finally:
        worker_flagged.disconnect(fail)

    worker.refresh_from_db()
    assert (worker.status, worker.reports.count(), worker.flags.count()) == ("unknown", 0, 0)
    assert journal.verify(worker) == []


# ---- households and groups -----------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(Status.values)))
def test_a_household_without_work_is_one_where_somebody_is_out_and_nobody_in(statuses):
    somebody_out, somebody_in = set(statuses) & OUT_OF_WORK, set(statuses) & HAS_WORK

    assert is_zero_employment(statuses) == (bool(somebody_out) and not somebody_in)


@given(st.sets(st.sampled_from(Tag.values)), st.booleans())
def test_the_service_group_is_the_fastest_that_anything_asks_for(tags, zero_employment):
    group = service_group_of(tags, zero_employment=zero_employment)

    monitored = any(tag.startswith("monitored") or tag == "zero_employment" for tag in tags)
    if zero_employment or monitored:
        assert group == "key_plus"
    else:
        assert group == ("key" if tags - {"minor_16_17"} else "general")


def test_the_last_earner_losing_work_makes_the_household_one_without():
    home = HouseholdFactory(members=1, members__unemployed=True)
    earner = WorkerFactory(household=home, employed=True)

    report(earner, "returned_staying", source="import")

    home.refresh_from_db()
    groups = {member.service_group for member in home.members.all()}
    lines = [member.journal_lines.filter(what="household_without_work").count() for member in home.members.all()]
    assert (home.zero_employment, groups, lines) == (True, {"key_plus"}, [1, 1])


def test_one_member_finding_work_lifts_the_household_out():
    home = HouseholdFactory(members=2)
    one, other = home.members.order_by("pk")
    report(one)
    report(other)

    report(other, "employed_in_county", source="employer")

    home.refresh_from_db()
    assert home.zero_employment is False
    assert {member.service_group for member in home.members.all()} == {"general"}
    assert other.journal_lines.filter(what="household_has_work").count() == 1


def test_the_flag_of_a_zero_employment_household_finds_its_clock_in_place():
    """Whoever opens a case for the flag must read the group that the same report brought about."""
    seen = []

    def look(worker, **_):
        seen.append(worker.service_group)

    worker = WorkerFactory(household=HouseholdFactory())
    worker_flagged.connect(look)
    try:
        report(worker)
    finally:
        worker_flagged.disconnect(look)

    assert seen == ["key_plus"]


def test_tags_come_and_go_with_their_dates(cadre):
    worker = WorkerFactory()

    row = services.set_tag(worker=worker, tag="monitored_sudden", by=cadre, at=NOON, source="乡村振兴局")
    assert services.set_tag(worker=worker, tag="monitored_sudden", by=cadre, at=NOON) == row
    assert worker.service_group == "key_plus"

    services.end_tag(worker=worker, tag="monitored_sudden", by=cadre, at=NOON)
    worker.refresh_from_db()
    assert (worker.service_group, worker.tags.current().count()) == ("general", 0)
    assert [line.what for line in worker.journal_lines.in_order()][1:] == ["tag_set", "tag_ended"]


def test_a_tag_nobody_set_cannot_end():
    with pytest.raises(TagNotSet):
        services.end_tag(worker=WorkerFactory(), tag="veteran", by=None, at=NOON)


# ---- locks ---------------------------------------------------------------------------------------------------------


def test_earlier_stages_may_lock_before_the_worker_is():
    """The order is case, household, worker: the signal comes before any row lock of this app."""
    order = []

    def before(worker, **_):
        order.append("signal")

    worker = WorkerFactory(household=HouseholdFactory())
    worker_about_to_change.connect(before)
    try:
        with transaction.atomic(), connection.execute_wrapper(_note_locks(order)):
            services.lock_worker(worker)
    finally:
        worker_about_to_change.disconnect(before)

    assert order == ["signal", "workers_household", "workers_worker"]


def _note_locks(order):
    def note(execute, sql, params, many, context):
        if "FOR NO KEY UPDATE" in sql:
            order.append(sql.split('FROM "')[1].split('"')[0])
        return execute(sql, params, many, context)

    return note


@pytest.mark.django_db(transaction=True)
def test_two_members_changing_at_once_neither_deadlock_nor_lose_the_household():
    home = HouseholdFactory(members=2, members__employed=True)
    start, failures = threading.Barrier(2), []

    def lose_work(pk: int) -> None:
        try:
            worker = Worker.objects.get(pk=pk)
            start.wait(timeout=10)
            report(worker, "unemployed_willing")
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=lose_work, args=(pk,)) for pk in home.members.values_list("pk", flat=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert Household.objects.get().zero_employment is True
    assert {name: count for name, count in invariants.violations() if count} == {}


# ---- invariants ----------------------------------------------------------------------------------------------------


def broken() -> set[str]:
    return {name for name, count in invariants.violations() if count}


def test_after_ordinary_work_nothing_is_broken():
    home = HouseholdFactory(members=2)
    for worker in home.members.all():
        report(worker)

    assert broken() == set()


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE workers_worker SET status = 'farming'", "status_is_that_of_the_newest_report"),
        ("UPDATE workers_worker SET service_group = 'key'", "service_group_follows_tags_and_household"),
        ("DELETE FROM workers_journalhead", "every_worker_has_a_journal"),
        ("UPDATE workers_journalhead SET seq = 7", "journal_chains_hold"),
    ],
)
def test_each_invariant_notices_what_it_is_for(statement, name):
    report(WorkerFactory())

    with past_triggers() as cursor:
        cursor.execute(statement)

    assert name in broken()


def test_the_command_names_what_is_broken_and_leaves_out_what_it_is_told_to():
    report(WorkerFactory())
    with past_triggers() as cursor:
        cursor.execute("UPDATE workers_journalhead SET seq = 7")

    with pytest.raises(CommandError, match="Broken: journal_chains_hold"):
        call_command("check_invariants", stdout=StringIO())

    told = StringIO()
    call_command("check_invariants", "--without", "journal_chains_hold", stdout=told)
    assert len(told.getvalue().splitlines()) == len(invariants.names()) - 1
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("check_invariants", "--without", "journal_chains_hald")


def test_a_household_flagged_wrongly_is_noticed():
    HouseholdFactory(members=1, members__employed=True, zero_employment=True)

    assert "zero_employment_follows_the_members" in broken()
