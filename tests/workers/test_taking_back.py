"""A roster that is taken back leaves the database as it was before it, but for the lines that tell so."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.models import Case
from cases.services import escalate_due
from kit.sealing import crypto
from tests.notifications.factories import MessageFactory
from tests.past_triggers import past_triggers
from tests.staff.factories import HUAQI, UserFactory
from tests.workers.rosters import saved_roster, sent_roster, some_people
from workers import journal, services
from workers.imports import staying, taking_back, traces, uploads
from workers.models import Household, JournalLine, RosterTrace, RosterUpload, Worker

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

OF_THE_ROSTER = "workers_roster"
BESIDE = ("workers_journal", OF_THE_ROSTER, "staff_accesslog", "cases_case_tally", "cases_item_tally", "django_")
LOOK = "Leave the register: 2, get their earlier record back: 0, cases that go: 2, stay as they are: 0"
OUT_OF_WORK = {"lifted_out": "是"}
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


@pytest.fixture
def cadre():
    return UserFactory(township_cadre=True)


def taken_back(upload: RosterUpload, by, *, staying: int = 0) -> RosterUpload:
    upload = taking_back.take_back(upload=upload, by=by, staying=staying, at=timezone.now())
    taking_back.work(upload.pk, now=timezone.now)
    upload.refresh_from_db()
    assert upload.taken_back_at
    return upload


def standing() -> dict[str, list]:
    """Every table but what tells of the roster itself, with numbers opened: they may be sealed anew."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall() if not name.startswith(BESIDE)]
        rows = {}
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            rows[table] = sorted((json.loads(row) for (row,) in cursor.fetchall()), key=str)
    for row in rows["workers_worker"]:
        for name in ("id_number", "phone"):
            if blob := row[f"{name}_cipher"]:
                purpose = crypto.column(Worker, f"{name}_cipher")
                row[f"{name}_cipher"] = crypto.unseal(bytes.fromhex(blob[2:]), purpose=purpose, row=row["id"])
    return rows


def lines_of(worker_id: int) -> list[str]:
    rows = JournalLine.objects.filter(worker_id=worker_id).order_by("seq")
    return list(rows.values_list("what", flat=True))


def check_everything() -> None:
    call_command("check_invariants")
    call_command("check_tallies")
    call_command("verify_journal", jobs=1)


def test_newcomers_and_their_cases_leave_and_their_lines_stay(cadre):
    before = standing()
    upload = saved_roster(cadre, some_people(7, **OUT_OF_WORK), size=3)
    keys = list(Worker.objects.values_list("pk", flat=True))
    assert (len(keys), Case.objects.count() > 0, standing() == before) == (7, True, False)
    told = lines_of(keys[0])

    taken_back(upload, cadre)

    assert standing() == before
    assert lines_of(keys[0]) == [*told, "roster_taken_back"]
    done = taking_back.undone_of(upload)
    assert (done.left, done.restored, done.cases, done.share) == (7, 0, 7, 100)
    assert not RosterTrace.objects.exists()
    check_everything()


def test_somebody_known_gets_the_earlier_record_back(cadre):
    """Phone, employer, wage, status, wish, tag and group, and the days on which all that was said."""
    at_work = some_people(4, status="省外务工", employer="富士康", wage="5000", date="2026-09-01", wish="去广东")
    saved_roster(cadre, at_work)
    before = standing()
    workers = {worker.name: worker for worker in Worker.objects.all()}
    news = [
        {**at_work[0], "phone": "13900001111", "date": "2026-11-01", "status": "省外务工", "wage": "5000"},
        {**at_work[1], "date": "2026-11-01", "employer": "比亚迪", "wage": "6500", "wish": "贵阳"},
        {**at_work[2], "date": "2026-11-01", "status": "未就业", "lifted_out": "是", "employer": "", "wage": ""},
        {**at_work[3], "date": "2026-11-02"},
    ]
    upload = saved_roster(cadre, news)
    first = workers[at_work[0]["name"]]
    assert (first.phone, Worker.objects.get(pk=first.pk).phone) == ("+8613812345678", "+8613900001111")
    assert Case.objects.get().worker_id == workers[at_work[2]["name"]].pk
    kept = RosterTrace.objects.filter(upload=upload)
    assert (kept.count(), kept.filter(earlier_cipher=None).count()) == (4, 0)

    taken_back(upload, cadre)

    assert standing() == before
    done = taking_back.undone_of(upload)
    assert (done.left, done.restored, done.cases) == (0, 4, 1)
    assert lines_of(first.pk)[-1] == "roster_taken_back"
    check_everything()


def at_home(people: list[dict], numbers: str) -> list[dict]:
    """The first of each household is its head."""
    seen = set()
    relation = ["子" if number in seen else seen.add(number) or "户主" for number in numbers]
    return [
        {**one, "household_no": number, "relation": relation}
        for one, number, relation in zip(people, numbers, relation, strict=True)
    ]


def test_households_that_came_with_newcomers_leave_with_them(cadre):
    """Also across chunks, and with what was said of a household without work."""
    before = standing()
    upload = saved_roster(cadre, at_home(some_people(6, **OUT_OF_WORK), "112223"), size=2)
    assert sorted(Household.objects.values_list("zero_employment", flat=True)) == [True] * 3
    assert "household_without_work" in lines_of(Worker.objects.earliest("pk").pk)

    taken_back(upload, cadre)

    assert standing() == before
    check_everything()


def test_who_came_into_a_household_that_was_there_stays(cadre):
    people = at_home(some_people(3), "112")
    saved_roster(cadre, people[:1])
    upload = saved_roster(cadre, people)

    taken_back(upload, cadre, staying=2)

    assert set(Worker.objects.values_list("name", flat=True)) == {people[0]["name"], people[1]["name"]}
    assert Household.objects.count() == 1
    check_everything()


def test_a_household_of_which_somebody_stays_is_told_as_it_is_then(cadre):
    """Whoever had work leaves, and out of work is who stays."""
    people = at_home(some_people(2), "11")
    upload = saved_roster(cadre, [people[0], {**people[1], "status": "省外务工"}])
    worked_on(Worker.objects.get(name=people[0]["name"]), cadre)

    taken_back(upload, cadre, staying=1)

    (home,) = Household.objects.all()
    assert (home.zero_employment, home.members.get().name) == (True, people[0]["name"])
    check_everything()


def test_an_earlier_status_that_leaves_a_household_without_work_is_told(cadre):
    """One found work by the roster, the other lost theirs since: nobody has any when the first is taken back."""
    told = [{**row, "household_no": "7"} for row in some_people(2, date="2026-10-01")]
    saved_roster(cadre, [told[0], {**told[1], "status": "省外务工"}])
    upload = saved_roster(cadre, [{**told[0], "status": "省外务工", "date": "2026-10-20"}])
    now, other = timezone.now(), Worker.objects.get(name=told[1]["name"])
    services.report_status(
        worker=other, status="unemployed_willing", happened_at=now, by=cadre, at=now, source="visit"
    )  # fmt: skip
    assert taking_back.scope_of(upload, cadre).counts().restored == 1

    taken_back(upload, cadre)

    assert Household.objects.get().zero_employment
    check_everything()


def test_who_was_known_and_came_into_a_household_stays(cadre):
    people = some_people(2)
    saved_roster(cadre, people)
    upload = saved_roster(cadre, [{**one, "date": "2026-11-05"} for one in at_home(people, "11")])
    assert Household.objects.count() == 1

    with pytest.raises(taking_back.NothingToTakeBack):
        taken_back(upload, cadre, staying=2)


def worked_on(worker: Worker, by) -> None:
    services.verify_worker(worker=worker, by=by, at=timezone.now(), how="call")


def test_somebody_who_was_worked_on_since_stays_and_is_shown_first(cadre):
    upload = saved_roster(cadre, some_people(3, **OUT_OF_WORK))
    worker = Worker.objects.order_by("pk")[1]
    worked_on(worker, cadre)

    with pytest.raises(taking_back.WorkedOnMeanwhile):
        taken_back(upload, cadre)

    scope = taking_back.scope_of(upload, cadre)
    assert scope.counts() == staying.Counts(leave=2, restored=0, stay=1, cases=2)
    (one,), _after = scope.staying(reader=cadre)
    assert (one.worker, one.why) == (worker, str(staying.WHY[staying.WORKED_ON]))
    taken_back(upload, cadre, staying=1)
    assert list(Worker.objects.all()) == [worker]
    assert Case.objects.get().worker_id == worker.pk
    assert "roster_taken_back" not in lines_of(worker.pk)
    check_everything()


def test_who_is_worked_on_while_it_is_taken_back_stays(cadre):
    upload = saved_roster(cadre, some_people(6), size=3)
    taking_back.take_back(upload=upload, by=cadre, staying=0, at=timezone.now())
    assert taking_back.take_up_one(upload.pk, at=timezone.now())
    last = Worker.objects.order_by("-pk").first()
    worked_on(last, cadre)

    taking_back.work(upload.pk, now=timezone.now)

    assert list(Worker.objects.all()) == [last]
    assert taking_back.undone_of(upload).left == 5


def test_a_later_roster_holds_back_the_earlier_one_until_it_is_taken_back_itself(cadre):
    rows = some_people(2)
    first = saved_roster(cadre, rows)
    after_first = standing()
    later = saved_roster(cadre, [{**row, "date": "2026-11-05"} for row in rows])
    assert taking_back.scope_of(first, cadre).counts().stay == 2
    with pytest.raises(taking_back.NothingToTakeBack):
        taken_back(first, cadre, staying=2)

    taken_back(later, cadre)

    assert standing() == after_first
    taken_back(first, cadre)
    assert not Worker.objects.exists()
    check_everything()


def test_whose_case_followed_the_news_stays(cadre):
    saved_roster(cadre, some_people(1, **OUT_OF_WORK, date="2026-10-01"))
    upload = saved_roster(cadre, some_people(1, status="省外务工", employer="富士康", date="2026-11-01"))
    worker = Worker.objects.get()
    assert Case.objects.get().state == "closed"

    (one,), _after = taking_back.scope_of(upload, cadre).staying(reader=cadre)

    assert (one.worker, one.why) == (worker, str(staying.WHY[staying.FOLLOWED]))
    with pytest.raises(taking_back.NothingToTakeBack):
        taken_back(upload, cadre, staying=1)


def test_who_lives_where_the_sender_does_not_serve_stays(cadre):
    upload = saved_roster(UserFactory(supervisor=True), some_people(1))

    counts = taking_back.scope_of(upload, UserFactory(township_cadre=True, posted=HUAQI)).counts()

    assert counts == staying.Counts(leave=0, restored=0, stay=1, cases=0)


def test_only_who_sent_it_takes_it_back_and_only_for_so_many_days(cadre):
    upload = saved_roster(cadre, some_people(1))
    now, late = timezone.now(), timezone.now() + traces.kept_for() + timedelta(hours=1)

    with pytest.raises(uploads.RosterGone):
        taking_back.take_back(upload=upload, by=UserFactory(township_cadre=True), staying=0, at=now)
    with pytest.raises(taking_back.TooLateToTakeBack):
        taking_back.take_back(upload=upload, by=cadre, staying=0, at=late)
    with pytest.raises(taking_back.NotSavedYet):
        taking_back.take_back(upload=sent_roster(cadre, some_people(1, first=5)), by=cadre, staying=0, at=now)
    assert (traces.forget_old(at=late), RosterTrace.objects.count()) == (0, 1)
    assert (traces.forget_old(at=late + timedelta(days=1)), RosterTrace.objects.count()) == (1, 0)


def test_what_is_kept_of_the_earlier_record_is_sealed(cadre):
    rows = some_people(1, date="2026-10-01")
    saved_roster(cadre, rows)
    saved_roster(cadre, [{**rows[0], "phone": "13900001111", "date": "2026-11-01"}])

    (cipher,) = RosterTrace.objects.exclude(earlier_cipher=None).values_list("earlier_cipher", flat=True)

    assert b"138" not in bytes(cipher)
    with pytest.raises(crypto.NotOfThisPlace):
        traces.opened(1, bytes(cipher))


@pytest.mark.parametrize("table", ["workers_worker", "workers_statusreport", "cases_case", "cases_casemove"])
def test_the_database_lets_nobody_go_by_hand(cadre, table):
    """Neither before it is taken back, nor those of another roster."""
    upload = saved_roster(cadre, some_people(1, **OUT_OF_WORK))
    RosterUpload.objects.filter(pk=upload.pk).update(taking_back_at=timezone.now())

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


LET_GO = "SELECT workers_let_go(ARRAY[%s]::bigint[], '{}'), cases_let_go(ARRAY[%s]::integer[])"


@pytest.mark.parametrize("hindrance", ["", "a later line", "another roster", "over", "not begun"])
def test_the_function_of_the_owner_lets_go_only_what_the_last_line_says(cadre, hindrance):
    """Whoever calls it, and whatever line they write."""
    upload, worker, now = saved_roster(cadre, some_people(1, **OUT_OF_WORK)), Worker.objects.get(), timezone.now()
    RosterUpload.objects.filter(pk=upload.pk).update(
        taking_back_at=None if hindrance == "not begun" else now, taken_back_at=now if hindrance == "over" else None
    )
    if hindrance == "a later line":
        worked_on(worker, cadre)
    about = saved_roster(cadre, some_people(1, first=9)) if hindrance == "another roster" else upload
    journal.record(worker=worker, what="roster_taken_back", about=about, by=cadre, at=now, data={"first": 1})

    def let_go() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LET_GO, [worker.pk, Case.objects.get(worker=worker).pk])

    if hindrance:
        with pytest.raises(IntegrityError, match="append-only"):
            let_go()
    else:
        let_go()
    assert Worker.objects.filter(pk=worker.pk).exists() == bool(hindrance)
    if not hindrance:
        transaction.set_rollback(True)  # the rest of them was left


def test_no_line_is_written_of_who_left(cadre):
    upload = saved_roster(cadre, some_people(1))
    worker = Worker.objects.get()
    taken_back(upload, cadre)

    with pytest.raises(IntegrityError, match="not on the register"), transaction.atomic():
        journal.record(worker=worker, what="worker_verified", by=cadre, at=timezone.now())


def test_the_journal_tells_who_left_from_who_was_deleted(cadre):
    upload = saved_roster(cadre, some_people(2))
    gone, left = Worker.objects.order_by("pk").values_list("pk", flat=True)
    with past_triggers() as cursor:
        cursor.execute("DELETE FROM workers_worker WHERE id = %s", [gone])

    assert [fault.why for fault in journal.verify(gone)] == ["deleted"]
    assert [fault.why for fault in journal.verify_all()] == ["deleted"]

    taken_back(upload, cadre)

    assert journal.verify(left) == []


def test_who_left_and_is_there_again_is_a_fault(cadre):
    upload = saved_roster(cadre, some_people(1))
    worker = Worker.objects.get()
    taken_back(upload, cadre)

    worker.save(force_insert=True)

    assert [fault.why for fault in journal.verify(worker.pk)] == ["left_and_there"]


def test_begun_twice_it_is_once(cadre):
    upload = saved_roster(cadre, some_people(2))

    first = taking_back.take_back(upload=upload, by=cadre, staying=0, at=timezone.now())
    again = taking_back.take_back(upload=upload, by=cadre, staying=0, at=timezone.now())

    assert first.taking_back_at == again.taking_back_at
    taking_back.work(upload.pk, now=timezone.now)
    assert not taking_back.take_up_one(upload.pk, at=timezone.now())


def test_a_roster_taken_back_can_be_sent_again(cadre):
    taken_back(saved_roster(cadre, some_people(2, **OUT_OF_WORK)), cadre)

    saved_roster(cadre, some_people(2, **OUT_OF_WORK))

    assert (Worker.objects.count(), Case.objects.count()) == (2, 2)
    check_everything()


def roster_page(upload: RosterUpload, name: str = "roster") -> str:
    return reverse(f"workers:{name}", args=[upload.pk])


def test_the_page_says_what_it_would_do_and_asks(client, cadre):
    upload = saved_roster(cadre, some_people(3, **OUT_OF_WORK))
    worker = Worker.objects.order_by("pk")[1]
    worked_on(worker, cadre)
    client.force_login(cadre)
    ask = roster_page(upload, "take_back_roster")
    assert ask in client.get(roster_page(upload)).content.decode()

    asked = client.get(ask).content.decode()

    assert reverse("workers:worker", args=[worker.pk]) in asked
    assert Worker.objects.count() == 3
    assert client.post(ask, {"staying": "0"}).status_code == 409
    assert client.post(ask, {"staying": ""}).status_code == 422
    assert client.post(ask, {"staying": "1"}).status_code == 302
    assert "roster-progress" in client.get(roster_page(upload)).content.decode()
    assert client.get(roster_page(upload, "roster_progress")).status_code == 200
    taking_back.work(upload.pk, now=timezone.now)
    done = client.get(roster_page(upload)).content.decode()
    assert ask in done
    assert 'name="staying"' not in client.get(ask).content.decode()


def test_of_a_roster_that_is_not_saved_nothing_is_taken_back(client, cadre):
    upload = sent_roster(cadre, some_people(1))
    client.force_login(cadre)
    ask = roster_page(upload, "take_back_roster")

    answers = [client.get(ask), client.post(ask), client.post(ask, {"staying": "0"})]

    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(302, roster_page(upload))] * 3


def test_a_colleague_does_not_find_it(client, cadre):
    upload = saved_roster(cadre, some_people(1))
    client.force_login(UserFactory(township_cadre=True))

    assert client.get(roster_page(upload, "take_back_roster")).status_code == 404
    assert client.post(roster_page(upload, "take_back_roster"), {"staying": "0"}).status_code == 404
    assert Worker.objects.count() == 1


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_asks_the_database_as_often_for_one_as_for_six(client, cadre, count):
    upload = saved_roster(cadre, some_people(count + 1))
    for worker in Worker.objects.order_by("pk")[:count]:
        worked_on(worker, cadre)
    client.force_login(cadre)

    with CaptureQueriesContext(connection) as asked:
        client.get(roster_page(upload, "take_back_roster"))

    assert len(asked) <= 12


def test_who_stays_is_shown_page_by_page(client, cadre, monkeypatch):
    monkeypatch.setattr(staying, "PAGE", 2)
    upload = saved_roster(cadre, some_people(4))
    workers = list(Worker.objects.order_by("pk"))
    for worker in workers[:3]:
        worked_on(worker, cadre)
    client.force_login(cadre)
    ask = roster_page(upload, "take_back_roster")

    first, second = client.get(ask).context, client.get(f"{ask}?after={workers[1].pk}").context

    assert [line.worker for line in first["page"].lines] == workers[:2]
    assert [line.worker for line in second["page"].lines] == workers[2:3]
    assert (first["next_url"].endswith(f"after={workers[1].pk}"), second["next_url"]) == (True, "")


def test_the_command_says_what_it_would_do_and_does_it_when_it_is_meant(cadre, capsys):
    upload = saved_roster(cadre, some_people(2, **OUT_OF_WORK))

    call_command("take_back_roster", upload.pk)
    assert (Worker.objects.count(), capsys.readouterr().out.splitlines()) == (2, [LOOK])
    call_command("take_back_roster", upload.pk, yes=True, jobs=1)

    assert (Worker.objects.count(), Case.objects.count()) == (0, 0)
    done = "Left the register: 2, have their earlier record: 0, cases gone: 2"
    assert capsys.readouterr().out.splitlines() == [LOOK, done]


def test_a_roster_whose_tasks_got_lost_is_begun_again(cadre, django_capture_on_commit_callbacks):
    upload = saved_roster(cadre, some_people(1))
    at = timezone.now()
    taking_back.take_back(upload=upload, by=cadre, staying=0, at=at)

    assert taking_back.restart_lost(at=at + timedelta(minutes=5)) == 0
    with django_capture_on_commit_callbacks() as begun:
        assert taking_back.restart_lost(at=at + timedelta(minutes=11)) == 1

    assert len(begun) == 1


def test_a_case_that_only_fell_due_goes_all_the_same(cadre):
    """And where an older one did, it stays with whom it was of."""
    before = standing()
    first = saved_roster(cadre, some_people(2, **OUT_OF_WORK, date="2026-10-01"))
    again = saved_roster(cadre, some_people(2, **OUT_OF_WORK, date="2026-11-01", employer="", wish="贵阳"))
    assert escalate_due(at=timezone.now() + timedelta(days=30)) > 0
    assert lines_of(Worker.objects.first().pk)[-1] == "case_escalated"

    taken_back(again, cadre)
    assert (Worker.objects.count(), Case.objects.count(), set(lines_of(Worker.objects.first().pk)[-1:])) == (
        2, 2, {"roster_taken_back"},
    )  # fmt: skip
    check_everything()
    taken_back(first, cadre)

    assert standing() == before
    check_everything()


def test_a_text_written_since_holds_somebody_back(cadre):
    upload = saved_roster(cadre, some_people(2))
    worker = Worker.objects.first()
    MessageFactory(worker=worker, queued_at=timezone.now())

    assert taking_back.scope_of(upload, cadre).counts() == staying.Counts(leave=1, restored=0, stay=1, cases=0)


def test_a_seal_made_in_between_holds(cadre, settings, tmp_path):
    settings.WAYFARE_SEALS = [str(tmp_path)]
    upload = saved_roster(cadre, some_people(2))
    call_command("seal_journal")
    taken_back(upload, cadre)
    check_everything()

    call_command("seal_journal")

    check_everything()
