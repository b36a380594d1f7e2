"""What is set for everybody: changed from a day ahead on, never deleted into failure, and no senseless day."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from areas.models import Holiday
from cases.models import ClockRule
from cases.refusals import (
    ChangeIsPlanned,
    DayIsOver,
    DayIsSetAlready,
    DayTooFar,
    FarFromNow,
    HoldsAlready,
    LastDayBeforeFirst,
    LimitTooLong,
    TooManyDays,
    WorkedAnyway,
)
from cases.services import settings
from staff.models import SettingChange
from staff.refusals import NotAllowed, NotForAll
from tests.staff.factories import BIJIE, PostingFactory, UserFactory, area_of
from tests.workers.factories import NOON

pytestmark = pytest.mark.django_db

TODAY = NOON.date()  # a Thursday
TERMS = {"amount": 10, "unit": "working_days", "escalate_township_days": 1, "escalate_county_days": 4}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def administrator():
    return UserFactory(administrator=True, posted=BIJIE, language="en")


@pytest.fixture
def keeper(client, administrator):
    client.force_login(administrator)
    return client


def plan() -> ClockRule:
    return ClockRule.objects.get(clock="plan", service_group="general", valid_to=None)


def change(by, *, days=10, **terms) -> ClockRule:
    return settings.change_clock(
        rule=plan(), valid_from=TODAY + timedelta(days=days), by=by, at=NOON, **(TERMS | terms)
    )


def checked():
    """What the database says at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


# ---- clocks --------------------------------------------------------------------------------------------------------


def test_a_change_begins_on_its_day_and_the_rule_of_now_ends_there(administrator):
    before = plan()

    changed = change(administrator)

    before.refresh_from_db()
    assert (before.valid_to, changed.valid_from, changed.valid_to) == (changed.valid_from, date(2026, 3, 15), None)
    assert (changed.amount, changed.changed_by, changed.changed_at) == (10, administrator, NOON)
    checked()


def test_a_change_that_has_not_begun_is_withdrawn_and_the_rule_of_now_goes_on(administrator):
    before, changed = plan(), change(administrator)

    settings.withdraw_clock(rule=changed, by=administrator, at=NOON)

    assert plan() == before
    checked()


def test_what_holds_is_never_withdrawn(administrator):
    with pytest.raises(HoldsAlready):
        settings.withdraw_clock(rule=plan(), by=administrator, at=NOON)


def test_one_change_at_a_time_is_planned(administrator):
    change(administrator)

    with pytest.raises(ChangeIsPlanned):
        change(administrator, days=20)


@pytest.mark.parametrize("days, refusal", [(-1, DayIsOver), (0, DayIsOver), (733, DayTooFar), (365 * 3176, DayTooFar)])
def test_no_change_begins_before_tomorrow_or_years_from_now(administrator, days, refusal):
    with pytest.raises(refusal):
        change(administrator, days=days)


@pytest.mark.parametrize("role", ["supervisor", "auditor", "township_cadre"])
def test_administrators_alone_change_what_holds_for_everybody(client, role):
    user = UserFactory(**{role: True})
    client.force_login(user)

    with pytest.raises(NotAllowed):
        change(user)
    assert client.get(f"/settings/clocks/{plan().pk}/").status_code == 403
    assert client.get("/settings/").status_code == (403 if role == "township_cadre" else 200)


def test_an_administrator_of_a_county_looks_at_what_holds_for_everybody_and_sets_nothing(client):
    of_a_county = UserFactory(administrator=True, language="en")
    PostingFactory(user=of_a_county, role="supervisor", area=area_of(BIJIE))
    client.force_login(of_a_county)
    days = {"first": TODAY + timedelta(days=9), "last": TODAY + timedelta(days=9), "name": "Rest"}
    clock = f"/settings/clocks/{plan().pk}/"

    with pytest.raises(NotForAll):
        change(of_a_county)
    page = client.get("/settings/")
    assert (page.status_code, clock in page.content.decode()) == (200, False)
    assert "whole city" in client.get(clock).content.decode()
    assert [client.get(clock).status_code, client.post("/settings/days/", days).status_code] == [403, 403]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: plan().delete(),
        lambda: ClockRule.objects.filter(clock="follow_up", service_group="general").delete(),
        lambda: ClockRule.objects.filter(pk=plan().pk).update(valid_to=date(2026, 5, 1)),
        lambda: ClockRule.objects.create(**TERMS, clock="plan", service_group="general", valid_from=date(2020, 1, 1),
                                         valid_to=date(2020, 2, 1)),
    ],
    ids=["deleted", "no follow-up left", "ended without another", "beside another"],
)  # fmt: skip
def test_the_database_keeps_one_rule_for_every_day(spoil):
    def at_commit():
        spoil()
        checked()

    with pytest.raises(IntegrityError, match="no rule, or two"), transaction.atomic():
        at_commit()


@pytest.mark.parametrize("change", [{"amount": 0}, {"amount": 401}, {"valid_from": date(1026, 1, 1)}])
def test_the_database_refuses_terms_of_no_sense(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockRule.objects.filter(pk=plan().pk).update(**change)


def test_the_page_says_since_when_and_what_is_to_come(keeper, administrator):
    change(administrator)

    page = keeper.get("/settings/")

    (row,) = [row for table in page.context["tables"] for row in table.rows if row.planned]
    assert (row.now.clock, row.planned.amount) == ("plan", 10)
    assert "from 15 Mar" in page.content.decode()


def test_a_time_limit_is_changed_by_its_form(keeper):
    rule = plan()
    said = TERMS | {"valid_from": "2026-04-01"}

    done = keeper.post(f"/settings/clocks/{rule.pk}/", said)
    wrong = keeper.post(f"/settings/clocks/{plan().pk}/", said | {"amount": 0, "escalate_county_days": 1})
    late = keeper.post(f"/settings/clocks/{rule.pk}/", said | {"valid_from": "2999-01-01"})

    assert (done.status_code, plan().valid_from) == (302, date(2026, 4, 1))
    assert (wrong.status_code, sorted(wrong.context["form"].errors)) == (422, ["amount", "escalate_county_days"])
    assert late.status_code == 409


@pytest.mark.parametrize(
    "terms, oddities",
    [
        ({"amount": 92}, ["much_longer"]),
        ({"amount": 4}, ["much_shorter"]),
        ({"escalate_township_days": None}, ["not_to_township"]),
        ({"escalate_county_days": None}, ["not_to_county"]),
        ({"escalate_township_days": None, "escalate_county_days": None}, ["told_to_nobody"]),
        ({"escalate_county_days": 32}, ["goes_up_late"]),
        ({"amount": 30}, []),
        ({"escalate_township_days": 2, "escalate_county_days": 31}, []),
    ],
)
def test_a_time_limit_far_from_that_of_now_is_asked_about_once_more(administrator, terms, oddities):
    said = {"amount": plan().amount} | terms

    if oddities:
        with pytest.raises(FarFromNow) as asked:
            change(administrator, **said)
        assert asked.value.oddities == oddities
    changed = change(administrator, is_meant=bool(oddities), **said)

    assert plan() == changed


def test_nobody_waits_for_a_step_longer_than_a_quarter_of_a_year_even_when_it_is_meant(administrator):
    with pytest.raises(LimitTooLong):
        change(administrator, amount=93, is_meant=True)


def test_the_page_says_what_an_odd_time_limit_comes_to_and_sets_it_only_when_it_is_ticked(keeper):
    rule, said = plan(), {"amount": 60, "unit": "days", "valid_from": "2026-04-01"}
    url = f"/settings/clocks/{rule.pk}/"

    asked = keeper.post(url, said)
    unchanged = plan()
    done = keeper.post(url, said | {"is_meant": "on"})

    page = asked.content.decode()
    assert (asked.status_code, unchanged, done.status_code, plan().amount) == (409, rule, 302, 60)
    assert "It is late only after 60 days; today after 15 days." in page
    assert "neither township nor county hears" in page
    assert 'name="is_meant"' not in keeper.get(url).content.decode()


# ---- calendar ------------------------------------------------------------------------------------------------------


def days(by, first, last=None, **more):
    said = {"name": "清明节", "is_working_day": False} | more
    return settings.set_days(first=first, last=last or first, by=by, at=NOON, **said)


def test_days_are_set_from_a_first_to_a_last_one(administrator):
    Holiday.objects.filter(date__gte=TODAY).delete()

    days(administrator, date(2026, 4, 4), date(2026, 4, 6))

    assert [row.date.day for row in Holiday.objects.filter(date__gte=TODAY)] == [4, 5, 6]


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        (TODAY, TODAY, DayIsOver),
        (date(2029, 1, 1), date(2029, 1, 1), DayTooFar),
        (date(2026, 4, 6), date(2026, 4, 4), LastDayBeforeFirst),
        (date(2026, 4, 6), TODAY - timedelta(days=1), LastDayBeforeFirst),
        (date(2026, 4, 1), date(2026, 6, 30), TooManyDays),
    ],
)
def test_days_of_no_sense_are_refused_by_the_rule_they_break(administrator, first, last, refusal):
    with pytest.raises(refusal):
        days(administrator, first, last)


def test_a_make_up_day_is_at_a_weekend(administrator):
    Holiday.objects.filter(date__gte=TODAY).delete()
    with pytest.raises(WorkedAnyway):
        days(administrator, date(2026, 4, 3), is_working_day=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Holiday.objects.create(date=date(2026, 4, 3), name="补班", is_working_day=True)

    assert days(administrator, date(2026, 4, 11), is_working_day=True)


def test_a_day_stands_once_in_the_list(administrator):
    Holiday.objects.filter(date__gte=TODAY).delete()
    days(administrator, date(2026, 4, 4))

    with pytest.raises(DayIsSetAlready) as refused:
        days(administrator, date(2026, 4, 3), date(2026, 4, 5))
    assert str(refused.value) == "4月4日已经在表里了：清明节。"


def test_a_day_ahead_is_taken_back_and_one_that_is_over_stays(keeper):
    Holiday.objects.all().delete()
    for day in (TODAY - timedelta(days=3), TODAY + timedelta(days=30)):
        Holiday.objects.create(date=day, name="清明节")

    answers = [keeper.post("/settings/days/take-back/", {"day": row.date}).status_code for row in Holiday.objects.all()]

    assert (answers, Holiday.objects.get().date) == ([409, 302], TODAY - timedelta(days=3))


def test_days_are_set_by_the_form_of_the_page(keeper):
    Holiday.objects.all().delete()
    said = {"name": "清明节", "first": "2026-04-04", "last": "2026-04-06"}

    done = keeper.post("/settings/days/", said)
    again = keeper.post("/settings/days/", said)
    empty = keeper.post("/settings/days/", said | {"name": ""})

    assert (done.status_code, again.status_code, empty.status_code) == (302, 409, 422)
    assert Holiday.objects.count() == 3


def test_the_pages_of_those_in_charge_say_when_the_calendar_ends(client, administrator, clock):
    supervisor = UserFactory(supervisor=True, language="en")
    pages = {"/settings/": administrator, "/operations/": administrator, "/overview/": supervisor}

    def is_told(url: str) -> bool:
        client.force_login(pages[url])
        return "The holidays of 2027 are not entered" in client.get(url).content.decode()

    def warned() -> list[bool]:
        return [is_told(url) for url in pages]

    clock.move_to(NOON.replace(month=10))
    early = warned()
    clock.move_to(NOON.replace(month=11))
    late = warned()
    Holiday.objects.create(date=date(2027, 1, 1), name="元旦")

    assert (early, late, warned()) == ([False] * 3, [True] * 3, [False] * 3)


# ---- follow-up days ------------------------------------------------------------------------------------------------


def follow_ups(on) -> list[int]:
    rules = ClockRule.objects.filter(clock="follow_up", service_group="key", valid_from__lte=on)
    return sorted(rules.exclude(valid_to__lte=on).values_list("amount", flat=True))


def change_days(client, days, **more):
    rule = ClockRule.objects.filter(clock="follow_up", service_group="key", valid_to=None).first()
    said = {"days": days, "valid_from": (TODAY + timedelta(days=10)).isoformat(), "escalate_township_days": 2}
    said["escalate_county_days"] = 5
    return client.post(f"/settings/clocks/{rule.pk}/", said | more)


def test_follow_up_days_are_changed_from_a_day_on_and_who_is_placed_before_keeps_theirs(keeper, administrator):
    before = follow_ups(TODAY)

    response = change_days(keeper, "7，30、 180")
    checked()

    assert (response.status_code, follow_ups(TODAY + timedelta(days=9))) == (302, before)
    assert follow_ups(TODAY + timedelta(days=10)) == [7, 30, 180]
    assert (
        ClockRule.objects.get(clock="follow_up", amount=7, service_group="key", valid_to=None).changed_by
        == administrator
    )
    row = next(row for row in rows_of_follow_ups(keeper) if row.now.service_group == "key")
    assert (list(row.days), list(row.planned_days)) == (before, [7, 30, 180])


def rows_of_follow_ups(client):
    (table,) = [table for table in client.get("/settings/").context["tables"] if table.is_follow_up]
    return table.rows


def test_a_planned_change_of_follow_up_days_is_withdrawn_whole(keeper):
    before = follow_ups(TODAY)
    change_days(keeper, "7, 180")

    again = change_days(keeper, "5")
    planned = ClockRule.objects.get(clock="follow_up", service_group="key", amount=7, valid_to=None)
    keeper.post(f"/settings/clocks/{planned.pk}/withdraw/")
    checked()

    assert again.status_code == 409
    assert follow_ups(TODAY + timedelta(days=30)) == before


@pytest.mark.parametrize("days", ["", "0", "401", "30, 30", "thirty", "1 2 3 4 5 6 7 8 9", "-5"])
def test_follow_up_days_of_no_sense_are_refused(keeper, days):
    assert change_days(keeper, days).status_code == 422


def test_follow_ups_that_begin_late_are_asked_about_once_more(keeper):
    assert [change_days(keeper, "90, 180", **more).status_code for more in ({}, {"is_meant": "on"})] == [409, 302]


# ---- what the auditor reads of it ----------------------------------------------------------------------------------

CHANGES = "/changes-of-settings/"


def read_by_the_auditor(client, language="en") -> list[tuple]:
    """Oldest first."""
    client.force_login(UserFactory(auditor=True, language=language))
    return [(line.about, line.what, line.by) for line in reversed(client.get(CHANGES).context["lines"])]


def test_the_auditor_reads_every_change_with_before_and_after_also_of_what_is_gone(client, administrator):
    by, who = {"by": administrator, "at": NOON}, str(administrator)
    changed = change(administrator)
    settings.withdraw_clock(rule=changed, **by)
    settings.change_follow_ups(
        rule=ClockRule.objects.filter(clock="follow_up", service_group="general", valid_to=None).first(),
        days=[90, 30], valid_from=date(2026, 4, 1), is_meant=True, unit="days",
        escalate_township_days=None, escalate_county_days=3, **by,
    )  # fmt: skip
    days_of_the_county(administrator)
    settings.take_back_day(day=date(2026, 11, 4), **by)

    lines = read_by_the_auditor(client)

    plan, follow_up, terms = "Assessment and plan: General", "Follow-up after placement: General", "10 working days"
    assert [(about, what.partition(" Before: ")[0], by) for about, what, by in lines] == [
        (plan, f"From 15 Mar on: {terms}; township +1; county +4.", who),
        (plan, f"Withdrew the change that was planned from 15 Mar on: {terms}; township +1; county +4.", who),
        (follow_up, "From 1 Apr on: days at work: 30, 90; county +3.", who),
        ("Calendar", "Free, 州庆: 2 Nov to 4 Nov.", who),
        ("Calendar", "Made 4 Nov (州庆) an ordinary day again.", who),
    ]
    assert " Before: " in lines[0][1]
    assert read_by_the_auditor(client, "zh-hans")[3][:2] == ("日历", "放假，州庆：11月2日至11月4日。")


def test_what_was_refused_is_no_change(client, administrator):
    days_of_the_county(administrator)
    with pytest.raises(DayIsSetAlready):
        days_of_the_county(administrator)
    settings.take_back_day(day=date(2026, 12, 1), by=administrator, at=NOON)

    assert len(read_by_the_auditor(client)) == 1


def days_of_the_county(by) -> None:
    days = {"first": date(2026, 11, 2), "last": date(2026, 11, 4)}
    settings.set_days(**days, name="州庆", is_working_day=False, by=by, at=NOON)


def test_only_auditors_read_the_changes_of_settings_and_nobody_changes_them(client, administrator):
    change(administrator)

    client.force_login(administrator)
    assert client.get(CHANGES).status_code == 403
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        SettingChange.objects.update(by=UserFactory())
