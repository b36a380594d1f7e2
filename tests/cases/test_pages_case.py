"""The page of one case: what it shows, to whom it offers what, and how a case ends, goes on and changes hands."""

from datetime import date, timedelta

import pytest
import time_machine

from cases import panels, services
from cases.models import Case, ContactAttempt, FollowUp
from cases.panels import Registry
from kit import dates
from kit.days import local_moment
from staff.models import AccessLog
from staff.roles import CASEWORKERS
from tests.cases.factories import NOON, CaseFactory, miss
from tests.cases.pages import HTMX, hidden, messages_of, queries_of, signed_in, source_of, url_of, words_of
from tests.staff.factories import YANJIAO, UserFactory
from tests.workers.factories import WorkerFactory
from workers.services import report_status

pytestmark = pytest.mark.django_db

CAUGHT = '<img src=x onerror="alert(1)">'
ESCAPED = "&lt;img src=x onerror="
BEFORE = NOON - timedelta(days=9)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def registry(monkeypatch):
    """As if no later stage were installed."""
    registry = Registry()
    monkeypatch.setattr(panels, "registry", registry)
    return registry


@pytest.fixture
def case(cadre):
    return CaseFactory(owner=cadre, at=NOON - timedelta(days=1))


@pytest.fixture
def desk(cadre):
    return signed_in(cadre)


def fresh(case):
    return Case.objects.get(pk=case.pk)


def page_of(client, case):
    return client.get(url_of("case", case.pk))


# ---- what it shows


def test_a_record_that_leaves_nothing_to_look_for_leads_to_the_end_of_the_case(cadre, desk):
    case = CaseFactory(contacted=True, owner=cadre, at=NOON - timedelta(days=1))
    report_status(worker=case.worker, status="moved", happened_at=NOON, by=cadre, at=NOON, source="call")

    button = page_of(desk, case).context["next_step"]["buttons"]
    ends = next(each for each in button if "reason=" in each["url"])
    form = desk.get(ends["url"]).context["form"]

    assert ends["label"] == "Now: Moved away. Close the case"
    assert form["reason"].value() == "moved"


def test_page_says_who_why_what_next_and_what_happens_otherwise(desk, case):
    said = words_of(page_of(desk, case))

    assert "38 years Fengping Village group 2 responsible: 王芳" in said
    assert "Next step Get in touch Reported out of work." in said
    assert "If nothing is done, the township takes it up:" in said
    assert "Flagged 4 Mar" in said


def test_opening_the_page_is_logged(desk, case, cadre):
    page_of(desk, case)

    assert [(look.user, look.worker_id, look.what) for look in AccessLog.objects.all()] == [
        (cadre, case.worker_id, "opened_record")
    ]


def test_numbers_are_masked(desk, case):
    source = source_of(page_of(desk, case))

    assert (case.worker.id_number in source, case.worker.id_number_masked in source) == (False, True)


def test_names_and_notes_are_text_and_never_markup(desk, cadre):
    worker = WorkerFactory(unemployed=True, name=CAUGHT, group_no=CAUGHT[:20])
    case = CaseFactory(owner=cadre, worker=worker, at=NOON - timedelta(days=1))
    miss(case, at=NOON, by=cadre, note=CAUGHT)
    services.close_case(case=case, reason="moved", by=cadre, at=NOON, note=CAUGHT)

    names = ("case", "audit", "flow_chart", "reopen", "close")
    sources = [source_of(desk.get(url_of(name, case.pk))) for name in names]

    assert [CAUGHT in source for source in sources] == [False] * 5
    assert [ESCAPED in source for source in sources] == [True] * 5


@pytest.mark.parametrize(
    ("trait", "words"),
    [
        ("contacted", "Next step Recommend a job"),
        ("referred", "Next step Ask how it went"),
        ("placed", "Next step Arrange the journey"),
        ("transported", "Next step Ask whether the job lasts"),
        ("settled", "Settled Kept the job"),
        ("closed", "Ended Moved away"),
    ],
)
def test_every_state_has_its_card(desk, cadre, trait, words):
    case = CaseFactory(owner=cadre, at=BEFORE, **{trait: True})

    assert words in words_of(page_of(desk, case))


@pytest.mark.parametrize("trait", ["", "contacted", "referred", "placed", "transported", "settled", "closed"])
def test_case_costs_at_most_twelve_queries_however_much_has_happened(desk, cadre, supervisor, trait):
    case = CaseFactory(owner=cadre, at=BEFORE, **({trait: True} if trait else {}))
    costs = [queries_of(desk, url_of("case", case.pk))]
    for n in range(2):
        if case.is_open:
            miss(case, at=NOON + timedelta(minutes=n), by=None)
    costs.append(queries_of(desk, url_of("case", case.pk)))

    assert (costs[0], costs[0] <= 12) == (costs[1], True)
    assert queries_of(signed_in(supervisor), url_of("case", case.pk)) <= 12
    assert queries_of(signed_in(supervisor), url_of("audit", case.pk)) <= 12


def test_before_a_result_can_be_recorded_the_person_is_asked_first(registry, desk, cadre):
    case = CaseFactory(owner=cadre, at=BEFORE, referred=True)
    registry.actions["result", "cases:close"] = panels.Action("result", "cases:close", "Elsewhere", CASEWORKERS, 1)
    card = page_of(desk, case).context["next_step"]
    assert ([button["label"] for button in card["buttons"]], card["is_filled"]) == (
        ["Record a call", "Elsewhere"],
        False,
    )

    waits = panels.Action("result", "cases:reopen", "Fair", CASEWORKERS, 0, lambda case_id: True)
    registry.actions["result", "cases:reopen"] = waits
    card = page_of(desk, case).context["next_step"]

    labels = [button["label"] for button in card["buttons"]]
    assert (labels, card["is_filled"]) == (["Fair", "Elsewhere", "Record a call"], True)


def test_a_step_that_waits_for_a_day_names_no_hour(desk, cadre):
    case = CaseFactory(owner=cadre, at=NOON, nearby=True)

    said = words_of(page_of(desk, case))

    assert ("Again: 13 Mar" in said, "00:00" in said) == (True, False)


# ---- who finds which button


@pytest.mark.parametrize("page", ["list", "find", "audit", "flow_chart", "close", "record_contact", "handover"])
def test_who_starts_tomorrow_is_to_start_work_on_every_page(supervisor, colleague, page):
    case, desk = CaseFactory(nearby=True), signed_in(supervisor)
    if page == "find":
        shown = desk.post(url_of("find"), {"q": case.worker.name})
    elif page == "handover":
        looked_at = desk.post(url_of("reassign"), {"cases": [case.pk], "owner": colleague.pk}, follow=True)
        shown = desk.post(looked_at.request["PATH_INFO"], follow=True)
    else:
        shown = desk.get(url_of(page, *([] if page == "list" else [case.pk])))

    assert "To start work" in words_of(shown)


def test_somebody_tried_in_vain_has_no_day_for_the_result(desk, cadre):
    case = CaseFactory(owner=cadre, referred=True, at=NOON - timedelta(days=9))
    miss(case, at=NOON, by=cadre)

    said = words_of(desk.get(url_of("case", case.pk)))

    assert ("Again: " in said, "Ask for the result by" in said) == (True, False)


def buttons_of(client, case) -> set[str]:
    """Names of our own addresses on the page that do something."""
    source = source_of(page_of(client, case))
    deeds = ("call", "record_contact", "record_visit", "text_worker", "follow_up", "travel_alone", "close", "reopen")
    return {name for name in (*deeds, "assign") if f'"{url_of(name, case.pk)}"' in source}


def test_cadre_finds_everything_but_handing_over(desk, case):
    assert buttons_of(desk, case) == {"call", "record_contact", "record_visit", "text_worker", "close"}


def test_township_cadre_may_hand_over_besides(township, case):
    found = buttons_of(signed_in(township), case)

    assert found == {"call", "record_contact", "record_visit", "text_worker", "close", "assign"}


@pytest.mark.parametrize("trait", ["contacted", "placed", "nearby", "settled", "closed"])
def test_auditor_looks_and_finds_nothing_to_press(auditor, cadre, trait):
    case = CaseFactory(owner=cadre, at=BEFORE, **{trait: True})
    source = source_of(page_of(signed_in(auditor), case))

    content = source.partition("<main")[2].partition("</main>")[0]
    assert (buttons_of(signed_in(auditor), case), content.count('method="post"')) == (set(), 0)
    assert url_of("audit", case.pk) in source


@pytest.mark.parametrize("role", ["fair_organiser", "transport_organiser"])
def test_organiser_reads_the_case_and_finds_the_deeds_of_the_role(registry, role, cadre):
    panels.register_action("travel", "cases:audit", "Deed of the role", [role])
    case = CaseFactory(owner=cadre, at=BEFORE, placed=True)
    client = signed_in(UserFactory(**{role: True}))

    assert buttons_of(client, case) == {"call", "travel_alone"}
    assert "Deed of the role" in words_of(page_of(client, case))


def test_organiser_does_no_casework(case):
    client = signed_in(UserFactory(fair_organiser=True))

    answers = {
        name: client.post(url_of(name, case.pk), {"outcome": "no_answer", "reason": "moved"}).status_code
        for name in ("record_contact", "record_visit", "text_worker", "follow_up", "close", "reopen", "assign")
    }

    assert (set(answers.values()), fresh(case).state, ContactAttempt.objects.count()) == ({403}, "flagged", 0)


def test_whoever_looks_after_the_system_opens_no_record(case):
    client = signed_in(UserFactory(administrator=True))

    assert [client.get(url_of(name, case.pk)).status_code for name in ("case", "audit", "flow_chart")] == [404] * 3


PRESSED_ONLY = {"call", "text_worker"}


@pytest.mark.parametrize("who", ["neighbour", "stranger"])
def test_outside_the_area_no_case_exists(request, who, case):
    client = signed_in(request.getfixturevalue(who))
    names = (
        "case", "call", "record_contact", "record_visit", "text_worker", "follow_up", "travel_alone", "close",
        "reopen", "assign", "audit", "flow_chart",
    )  # fmt: skip

    looked = {name: client.get(url_of(name, case.pk)).status_code for name in names if name not in PRESSED_ONLY}
    pressed = {name: client.post(url_of(name, case.pk)).status_code for name in names}

    assert set(looked.values()) == {404}
    assert {name: status for name, status in pressed.items() if status not in (404, 405)} == {}
    assert AccessLog.objects.count() == 0


@pytest.mark.parametrize("number", ["0", "99999999999", "9" * 30])
def test_number_of_no_case_is_not_found(desk, number):
    assert desk.get(f"/cases/{number}/").status_code == 404


# ---- it ends


def test_case_is_ended_with_a_reason(desk, case, cadre):
    response = desk.post(url_of("close", case.pk), {"reason": "moved", "note": "去贵阳了"})

    ended = fresh(case)
    assert (response.url, ended.state, ended.closed_because) == (url_of("case", case.pk), "closed", "moved")
    assert (ended.closed_by, ended.close_note) == (cadre, "去贵阳了")


def test_pressing_twice_ends_it_once_and_both_times_well(desk, case):
    answers = [desk.post(url_of("close", case.pk), {"reason": "moved"}) for _ in range(2)]

    assert [response.status_code for response in answers] == [302, 302]
    assert case.worker.journal_lines.filter(what="case_closed").count() == 1


def test_colleague_who_ends_it_otherwise_is_told_that_it_has_ended(desk, case, colleague):
    desk.post(url_of("close", case.pk), {"reason": "moved"})

    late = signed_in(colleague).post(url_of("close", case.pk), {"reason": "studying"})

    assert (late.status_code, fresh(case).closed_because) == (409, "moved")
    assert "This case has ended." in words_of(late)


def test_unreachable_says_what_is_still_missing_and_how_to_get_it(desk, case):
    response = desk.post(url_of("close", case.pk), {"reason": "unreachable"})

    said = words_of(response)
    assert (response.status_code, fresh(case).state) == (409, "flagged")
    assert "Still missing 3 more calls on 3 more days in 2 more parts of the day 1 visit 1 SMS" in said
    assert url_of("text_worker", case.pk) in source_of(response)


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({}, "reason"),
        ({"reason": "bored"}, "reason"),
        ({"reason": "not_willing", "reask_on": "2026-04-01"}, "note"),
        ({"reason": "not_willing", "note": "x", "reask_on": ""}, "reask_on"),
        ({"reason": "not_willing", "note": "x", "reask_on": "2026-03-05"}, "reask_on"),
        ({"reason": "not_willing", "note": "x", "reask_on": "31 Feb"}, "reask_on"),
    ],
)
def test_wrong_end_comes_back_with_what_is_wrong(desk, case, answer, field):
    response = desk.post(url_of("close", case.pk), answer)

    assert (response.status_code, list(response.context["form"].errors), fresh(case).state) == (422, [field], "flagged")


# ---- it goes on


def test_ended_case_is_taken_up_again(desk, cadre):
    case = CaseFactory(owner=cadre, at=BEFORE, closed=True)
    asked = desk.get(url_of("reopen", case.pk))

    answers = [desk.post(url_of("reopen", case.pk)) for _ in range(2)]

    assert "Has it not ended after all?" in words_of(asked)
    assert fresh(case).state == "flagged"
    assert [(response.status_code, response.url) for response in answers] == [(302, url_of("case", case.pk))] * 2
    assert fresh(case).reopened_count == 1


def test_old_case_is_not_taken_up_beside_a_newer_one(desk, cadre):
    old = CaseFactory(owner=cadre, at=NOON - timedelta(days=200), closed=True)
    newer = services.open_case(worker=old.worker, flag=None, by=None, at=NOON - timedelta(days=1))

    response = desk.post(url_of("reopen", old.pk))

    assert (response.status_code, fresh(old).state, fresh(newer).state) == (409, "closed", "flagged")


# ---- it changes hands


def test_township_hands_a_case_over(township, case, colleague):
    response = signed_in(township).post(url_of("assign", case.pk), {"owner": colleague.pk})

    assert (response.url, fresh(case).owner) == (url_of("case", case.pk), colleague)


def test_only_who_serves_there_can_be_chosen(township, case, cadre, colleague, supervisor, neighbour, auditor):
    next_village = UserFactory(village_cadre=True, posted=YANJIAO)
    client = signed_in(township)

    offered = {owner.pk for owner in client.get(url_of("assign", case.pk)).context["form"].fields["owner"].queryset}
    forged = [client.post(url_of("assign", case.pk), {"owner": user.pk}) for user in (neighbour, next_village)]
    nonsense = [client.post(url_of("assign", case.pk), {"owner": text}) for text in ("", "none", "9" * 40, "x")]

    assert offered == {colleague.pk, township.pk, supervisor.pk}
    assert [response.status_code for response in (*forged, *nonsense)] == [422] * 6
    assert fresh(case).owner == cadre


def test_village_cadre_hands_nothing_over(desk, case, colleague):
    assert desk.post(url_of("assign", case.pk), {"owner": colleague.pk}).status_code == 403


# ---- the placement lasts, or the journey is their own


@pytest.fixture
def placed(cadre):
    """At work for nine days, the first follow-up due two days ago."""
    return CaseFactory(owner=cadre, at=BEFORE, nearby=True, start_on=BEFORE.date())


def test_follow_up_is_recorded_once(desk, placed):
    sheet = desk.get(url_of("follow_up", placed.pk))
    answer = {"result": "still_working", "follow_up": hidden(sheet, "follow_up"), "once": hidden(sheet, "once")}

    answers = [desk.post(url_of("follow_up", placed.pk), answer) for _ in range(2)]

    assert [response.status_code for response in answers] == [302, 302]
    assert list(FollowUp.objects.filter(done_at__isnull=False).values_list("day_no", "result")) == [
        (7, "still_working")
    ]


def test_two_people_follow_up_at_once_and_one_is_told(desk, placed, colleague):
    sheet = desk.get(url_of("follow_up", placed.pk))
    answer = {"follow_up": hidden(sheet, "follow_up")}
    desk.post(url_of("follow_up", placed.pk), answer | {"result": "still_working"})

    late = signed_in(colleague).post(
        url_of("follow_up", placed.pk), answer | {"result": "left", "sure": "on"}, headers=HTMX
    )

    assert (late.status_code, fresh(placed).state) == (409, "placed")
    assert "This follow-up has already been recorded." in words_of(late)


@pytest.mark.parametrize(
    ("heard", "happened_at"),
    [
        ({}, NOON),
        ({"heard": "today"}, NOON),
        ({"heard": "yesterday"}, NOON - timedelta(days=1)),
        ({"heard": "own", "heard_on": "2026-03-04"}, local_moment(date(2026, 3, 4), 12)),
    ],
)
def test_who_said_so_and_when_are_two_taps_more_and_may_be_left_out(desk, placed, heard, happened_at):
    sheet = desk.get(url_of("follow_up", placed.pk))
    told_by = {"told_by": "family"} if heard else {}
    answer = {"result": "still_working", "follow_up": hidden(sheet, "follow_up"), **told_by, **heard}

    desk.post(url_of("follow_up", placed.pk), answer)

    entry = placed.follow_up_entries.get()
    assert (entry.told_by, entry.happened_at) == (told_by.get("told_by", ""), happened_at)


@pytest.mark.parametrize(("day", "said"), [("", "Choose the day."), ("2026-03-06", "This day is still to come.")])
def test_a_follow_up_was_heard_on_a_day_that_has_been(desk, placed, day, said):
    sheet = desk.get(url_of("follow_up", placed.pk))
    answer = {"result": "still_working", "follow_up": hidden(sheet, "follow_up"), "heard": "own", "heard_on": day}

    refused = desk.post(url_of("follow_up", placed.pk), answer)

    assert (refused.status_code, said in words_of(refused)) == (422, True)


def test_that_somebody_left_their_job_takes_a_second_press(desk, placed):
    sheet = desk.get(url_of("follow_up", placed.pk))
    answer = {"result": "left", "follow_up": hidden(sheet, "follow_up")}

    asked = desk.post(url_of("follow_up", placed.pk), answer)

    assert (asked.status_code, fresh(placed).state) == (422, "placed")
    assert "Tick that the job has ended: this cannot be taken back." in words_of(asked)
    assert desk.post(url_of("follow_up", placed.pk), answer | {"sure": "on"}).status_code == 302
    assert fresh(placed).state == "contacted"


def test_a_follow_up_before_its_day_names_the_day_and_leads_nowhere_else(desk, cadre):
    early = CaseFactory(owner=cadre, at=NOON - timedelta(hours=2), nearby=True)
    sheet = desk.get(url_of("follow_up", early.pk), headers=HTMX)

    answer = {"result": "still_working", "follow_up": hidden(sheet, "follow_up")}
    refused = desk.post(url_of("follow_up", early.pk), answer, headers=HTMX)

    assert "This answer can be recorded from 13 Mar" in words_of(refused)
    assert "Open the case" not in words_of(refused)


@pytest.mark.parametrize("number", ["", "0", "x", "9" * 40])
def test_follow_up_of_no_number_answers_nothing(desk, placed, number):
    response = desk.post(url_of("follow_up", placed.pk), {"result": "still_working", "follow_up": number})

    assert response.status_code in (409, 422)
    assert FollowUp.objects.filter(done_at__isnull=False).count() == 0


def test_follow_up_of_somebody_else_is_not_found(desk, placed, cadre):
    other = CaseFactory(owner=cadre, at=BEFORE, nearby=True)

    response = desk.post(
        url_of("follow_up", placed.pk), {"result": "still_working", "follow_up": other.follow_ups.first().pk}
    )

    assert (response.status_code, FollowUp.objects.filter(done_at__isnull=False).count()) == (404, 0)


def test_case_without_a_follow_up_says_so(desk, case):
    assert "No follow-up is waiting for this person." in words_of(desk.get(url_of("follow_up", case.pk)))


def test_travelling_alone_asks_first_and_needs_no_seat(desk, cadre):
    case = CaseFactory(owner=cadre, at=BEFORE, placed=True)
    asked = desk.get(url_of("travel_alone", case.pk), headers=HTMX)

    response = desk.post(url_of("travel_alone", case.pk))

    assert ("No seat will be kept." in words_of(asked), fresh(case).needs_transport) == (True, False)
    assert (response.url, fresh(case).step) == (url_of("case", case.pk), "follow_up")
    assert messages_of(desk, url_of("case", case.pk)) == ["Goes by their own means: no seat is needed."]


def test_travelling_alone_can_be_taken_back_from_the_page_of_the_case(desk, cadre):
    case = CaseFactory(owner=cadre, at=BEFORE, placed=True)
    desk.post(url_of("travel_alone", case.pk))
    undo = url_of("undo_travel_alone", case.pk)
    pages = [source_of(page_of(desk, case)) for _ in range(2)]

    response = desk.post(undo)

    assert [f'action="{undo}"' in page for page in pages] == [True, True]
    assert "goes by own means" in pages[1]
    assert (response.url, fresh(case).step) == (url_of("case", case.pk), "travel")
    said = [f"Undone. Starts work on {dates.day(case.placed_on)}, please arrange travel"]
    assert (messages_of(desk, url_of("case", case.pk)), undo in source_of(page_of(desk, case))) == (said, False)


def test_travelling_alone_before_a_job_is_refused(desk, case):
    response = desk.post(url_of("travel_alone", case.pk))

    assert (response.status_code, fresh(case).state) == (409, "flagged")


# ---- at the desk


def test_the_page_of_a_case_has_the_bar_of_every_other_page_of_the_desk(supervisor, case):
    page = page_of(signed_in(supervisor), case)

    bar = source_of(page).partition('class="wf-top-bar')[2].partition("<header>")[0]
    assert f'<a href="{url_of("list")}">Cases</a>' in bar
    assert f'<span aria-current="page">{case.worker.name}</span>' in bar
    assert [f'action="{url}"' in bar for url in (url_of("find"), "/preferences/")] == [True, True]
    assert [name in bar for name in ('name="language"', 'name="theme"', "data-wf-search")] == [True] * 3


@pytest.mark.parametrize(("role", "said"), [("supervisor", True), ("township_cadre", False), ("village_cadre", False)])
def test_who_serves_several_townships_reads_which_one(role, said, case):
    client = signed_in(UserFactory(**{role: True}))

    pages = [client.get(url_of(name, case.pk)) for name in ("case", "close", "record_contact")]

    assert ["Maochang Town Fengping Village" in words_of(page) for page in pages] == [said] * 3


IN_A_DIALOG = HTMX | {"HX-Boosted": "true", "HX-Target": "sheet"}


def test_a_dialog_that_is_refused_stays_a_dialog_and_one_that_is_carried_out_leads_on(desk, case):
    wrong = {"reason": "moved", "note": "身份证 110101199003071234"}

    refused = desk.post(url_of("close", case.pk), wrong, headers=IN_A_DIALOG)
    done = desk.post(url_of("close", case.pk), {"reason": "moved"}, headers=IN_A_DIALOG)

    assert (refused.status_code, source_of(refused).startswith("<dialog"), "<!DOCTYPE" in source_of(refused)) == (
        422, True, False,
    )  # fmt: skip
    assert (done.status_code, done.headers["HX-Redirect"]) == (200, url_of("case", case.pk))


@pytest.mark.parametrize(("language", "label"), [("en", "In a few words"), ("zh-hans", "写一句说明")])
def test_above_a_form_the_fields_that_are_wrong_are_named_and_lead_there(cadre, case, language, label):
    wrong = {"reason": "moved", "note": "身份证 110101199003071234"}

    answer = signed_in(cadre, language).post(url_of("close", case.pk), wrong)

    [field] = [field for field in answer.context["form"].visible_fields() if field.errors]
    assert f'<a href="#{field.auto_id}">{label}</a>' in source_of(answer)
    assert source_of(answer).count(field.errors[0]) == 1


def test_a_single_case_is_not_offered_to_whoever_has_it(township, cadre, colleague):
    case = CaseFactory(owner=colleague)
    client = signed_in(township)

    first, *offered = client.get(url_of("assign", case.pk)).context["form"].fields["owner"].choices
    again = client.post(url_of("assign", case.pk), {"owner": colleague.pk})

    assert (str(first[1]), colleague.pk in [key.value for key, _name in offered]) == ("Choose who takes it", False)
    assert again.status_code == 302
