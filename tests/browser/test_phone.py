"""What a cadre does on a phone and what becomes of it: nobody late is hidden, a call asks what a visit asks."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import deeds
from tests.journeys.actors import PHONE
from tests.journeys.deeds import SHEET, SHEET_DONE, choose_in_sheet, record_call

CALL_ON_TODAY = "a.wf-icon[href*='/cases/{case}/contact/']"


@pytest.fixture(scope="module")
def rows(noon):
    """Laid out once: each test takes a person of its own."""
    return {}


@pytest.fixture
def village(rows, lay_out):
    if not rows:
        rows |= lay_out("phone.village")
    return rows


def test_who_is_late_stays_on_the_list_as_late_and_a_supervisor_sees_why_they_wait(stage, village):
    cadre = stage.enter("hills", PHONE)
    cadre.open("/today/")
    cadre.press(CALL_ON_TODAY.format(case=village["late"]))
    choose_in_sheet(cadre, outcome="no_answer", next="own")
    cadre.fill("next_at", "2026-05-07T10:30")
    cadre.press(SHEET_DONE)
    cadre.page.locator(f"{SHEET} [name=put_off]").first.wait_for(state="attached")
    cadre.shot("put-off-asks-why")
    assert stage.one("SELECT count(*) FROM cases_contactattempt WHERE case_id = %s", village["late"]) == 0

    cadre.choose("put_off", "harvest")
    cadre.press(SHEET_DONE)
    cadre.page.locator(SHEET).wait_for(state="detached")
    row = cadre.page.locator(".wf-row", has_text="艾叶")
    expect(row).to_contain_text("迟了，5月7日再办")
    assert row.evaluate("row => row.closest('[id]:not(.wf-row)').id") == "late"
    cadre.shot("late-again")

    chief = stage.enter("county")
    chief.open("/cases/?due=overdue")
    expect(chief.page.locator("tr", has_text="艾叶")).to_contain_text("农忙")


def test_a_wrong_number_asks_for_the_new_one_and_the_old_is_never_dialled_again(stage, village):
    cadre = stage.enter("hills", PHONE)
    cadre.open(f"/cases/{village['wrong']}/contact/")
    choose_in_sheet(cadre, outcome="wrong_number")
    cadre.fill("new_phone", "13800007799")
    cadre.send(SHEET_DONE)

    cadre.open(f"/cases/{village['wrong']}/contact/")
    with cadre.page.expect_response(re.compile("/call/")) as dialled:
        cadre.press("button[form=dial]")
    assert "tel:+8613800007799" in dialled.value.headers.values()


def test_who_goes_back_soon_is_asked_about_a_seat_and_offered_one(stage, village):
    cadre = stage.enter("hills", PHONE)
    record_call(cadre, village["back"], "spoke_to_worker", status="returned_going_back", seat="yes")

    expect(cadre.page).to_have_url(re.compile(rf"/cases/{village['back']}/go-back/"))
    cadre.page.locator("label:has([name=trip])").first.wait_for()


def test_who_works_already_says_for_whom_where_and_for_how_much_and_since_last_week(stage, village):
    cadre = stage.enter("hills", PHONE)
    cadre.open(f"/cases/{village['works']}/contact/")
    choose_in_sheet(cadre, outcome="spoke_to_worker", status="employed_outside_province", since="week")
    cadre.fill("employer_name", "永康五金厂")
    cadre.fill("works_in", "浙江永康")
    cadre.fill("wage", "5300")
    cadre.shot("works-already")
    cadre.send(SHEET_DONE)

    worker = stage.system.ask(
        "SELECT w.employer_name, a.name, w.wage, w.status_since::text FROM workers_worker w"
        " JOIN cases_case c ON c.worker_id = w.id JOIN areas_area a ON a.code = w.destination_code WHERE c.id = %s",
        village["works"],
    )
    assert worker == [("永康五金厂", "永康市", 5300, "2026-02-26")]


def test_who_comes_back_from_the_dialler_finds_the_sheet(stage, village):
    cadre = stage.enter("hills", PHONE)
    cadre.open("/today/")
    cadre.press(f"form[action$='/cases/{village['dialled']}/call/'] button")

    cadre.page.locator(SHEET).wait_for()
    cadre.sees("葛根")


def test_a_call_is_told_once_with_its_note_and_what_came_with_it_folds_under_it(stage, village):
    cadre = stage.enter("hills", PHONE)
    cadre.open(f"/cases/{village['told']}/contact/")
    choose_in_sheet(cadre, outcome="spoke_to_worker", status="unemployed_willing")
    cadre.press(f"{SHEET} .wf-more-fields summary")
    cadre.fill("note", "下午去看了厂")
    cadre.send(SHEET_DONE)

    cadre.open(f"/cases/{village['told']}/")
    told = cadre.page.locator("li:has(.wf-at)", has_text="下午去看了厂")
    expect(told).to_have_count(1)
    folded = told.locator(".wf-folded-lines li")
    expect(folded.first).to_be_hidden()
    cadre.press(told.locator(".wf-folded-lines summary"))
    expect(folded.first).to_be_visible()
    cadre.shot("timeline")


def test_a_referral_a_job_and_a_letter_are_taken_back_the_same_day_by_a_press(stage, lay_out):
    rows = lay_out("phone.same_day")
    cadre = stage.enter("hills2", PHONE)
    case = rows["looks"]

    deeds.refer(cadre, case, rows["fair"])
    assert state_of(stage, case) == "referred"
    takes_back(cadre, case, "/undo/")
    assert state_of(stage, case) == "contacted"

    deeds.place(cadre, case, "", by_bus=True)  # the first post offered
    assert state_of(stage, case) == "placed"
    cadre.open(f"/cases/{case}/letter/")
    cadre.send("button[type=submit].wf-fill")
    letter = stage.one("SELECT id FROM jobs_letter WHERE case_id = %s", case)
    takes_back(cadre, case, f"/letters/{letter}/undo/")
    assert stage.one("SELECT revoked_at IS NOT NULL FROM jobs_letter WHERE id = %s", letter)
    takes_back(cadre, case, "/placements/")
    assert state_of(stage, case) == "contacted"

    seat_is_offered_where_they_can_be_there_and_arrive_in_time(cadre, rows)


def takes_back(cadre, case: int, address: str):
    cadre.open(f"/cases/{case}/")
    button = cadre.page.locator(f"form[action*='{address}'] button").first
    button.wait_for(state="attached")  # a panel brings it
    button.evaluate(
        "button => { for (let at = button; at; at = at.parentElement) if (at.matches('details')) at.open = true; }"
    )
    cadre.press(button)
    expect(button).to_have_count(0)


def seat_is_offered_where_they_can_be_there_and_arrive_in_time(cadre, rows):
    cadre.open(f"/cases/{rows['travels']}/seat/")
    early, late = (cadre.page.locator(f"label:has([name=trip][value='{rows[when]}'])") for when in ("early", "late"))
    expect(early).to_contain_text("在本乡镇，近")
    cadre.shot("seat-offered")
    expect(late).to_contain_text("开工以后才到")


def state_of(stage, case: int) -> str:
    return stage.one("SELECT state FROM cases_case WHERE id = %s", case)
