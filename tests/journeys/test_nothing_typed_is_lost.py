"""No signal, an expired session, a page open too long, a refresh, signing out: what was typed, and who may find it."""

import json
import re

import pytest
from playwright.sync_api import Route, expect

from config import broken
from tests.journeys import deeds
from tests.journeys.actors import PHONE, Actor
from tests.journeys.setting import OUT_OF_WORK
from tests.journeys.stage import Stage
from tests.workers.rosters import ROSTERS

pytestmark = pytest.mark.any_day

NOTE = "邻居说他明天回来"
IN_PIECES = ("５２０５．９９１９ 9102039005", "520599-1991-02-03-9005")
DRAFTS = "Object.entries(localStorage).filter(([key]) => key.startsWith('wf-draft:')).map(([, draft]) => draft)"
TYPE = "(field, text) => { field.value = text; field.dispatchEvent(new Event('input', { bubbles: true })); }"  # folded
DONE = "button.wf-fill[type=submit]:not([form])"


@pytest.fixture
def cadre(stage) -> Actor:
    stage.on_day(0, hour=10)
    return stage.enter(stage.cadre_of(somebody_to_call(stage)), PHONE)


def somebody_to_call(stage: Stage) -> str:
    query = (
        "SELECT w.name FROM cases_workitem i JOIN cases_case c ON c.id = i.case_id"
        " JOIN workers_worker w ON w.id = c.worker_id JOIN staff_posting p ON p.area_code = w.area_code"
        " WHERE i.state = 'open' AND i.step = 'contact' AND w.phone_tail <> ''"
        " AND NOT w.name = ANY(%s) ORDER BY w.id LIMIT 1"
    )
    return stage.one(query, list(OUT_OF_WORK))


def call_sheet(cadre: Actor, stage: Stage) -> int:
    """Over the case page, filled in and not sent."""
    case = stage.case_of(somebody_to_call(stage))
    cadre.open(f"/cases/{case}/")
    cadre.press(deeds.RECORD)
    cadre.page.locator("dialog.wf-sheet:modal").wait_for()
    cadre.choose("outcome", "no_answer")
    cadre.press("dialog details.wf-more-fields summary")
    cadre.fill("note", NOTE)
    cadre.page.wait_for_function(f"() => {DRAFTS}.length === 1 && {DRAFTS}[0].includes('{NOTE}')")
    return case


def is_back(cadre: Actor) -> None:
    expect(cadre.page.locator("[name=note]")).to_have_value(NOTE)
    expect(cadre.page.locator("[name=outcome][value=no_answer]")).to_be_checked()


def drafts(cadre: Actor) -> list[dict]:
    return [json.loads(draft) for draft in cadre.page.evaluate(DRAFTS)]


def sign_in_here(cadre: Actor, password: str) -> None:
    cadre.page.wait_for_url("**/login/**")
    cadre.fill("username", cadre.username)
    cadre.fill("password", password)
    cadre.press("form:has([name=password]) button[type=submit]")


def too_busy(route: Route) -> None:
    route.fulfill(status=503, headers=dict(broken.page(503).headers), body=broken.body(503))


def test_without_a_signal_and_at_a_busy_server_the_sheet_stands_as_typed_and_one_press_later_is_recorded_once(
    stage, cadre
):
    case = call_sheet(cadre, stage)
    cadre.page.context.set_offline(True)

    cadre.press(f"dialog {DONE}")
    told = cadre.page.locator("dialog [data-wf-told]")
    told.wait_for()
    below, button = told.bounding_box(), cadre.page.locator(f"dialog {DONE}").bounding_box()
    cadre.troubles.clear()

    assert 0 <= button["y"] - (below["y"] + below["height"]) < button["height"]
    is_back(cadre)
    cadre.page.context.set_offline(False)

    cadre.page.route("**/contact/**", too_busy)
    cadre.press(f"dialog {DONE}")
    expect(told).to_contain_text("现在用的人太多")
    cadre.troubles.clear()
    is_back(cadre)
    cadre.page.unroute("**/contact/**")
    cadre.send(f"dialog {DONE}")
    cadre.sees("已记")
    assert stage.one("SELECT count(*) FROM cases_contactattempt WHERE case_id = %s AND note = %s", case, NOTE) == 1
    assert drafts(cadre) == []
    cadre.send(".wf-snack form button")


def test_on_today_a_refused_entry_leaves_the_page_where_it_is_and_a_recorded_one_leaves_no_draft(stage):
    stage.on_day(0, hour=10)
    supervisor = stage.enter("supervisor", PHONE)
    supervisor.open("/today/?whose=everybody")
    row = supervisor.page.locator("#today .wf-row:has(a.wf-icon[href*='/contact/'])").nth(1)
    row = f"#{row.get_attribute('id')}"
    supervisor.page.locator(row).scroll_into_view_if_needed()
    place = supervisor.page.evaluate("scrollY")
    supervisor.press(f"{row} a.wf-icon[href*='/contact/']")
    deeds.choose_in_sheet(supervisor, outcome="wrong_number")
    supervisor.fill("new_phone", "138")
    supervisor.press(f"dialog {DONE}")
    supervisor.page.locator("dialog:modal [name=new_phone][aria-invalid]").wait_for()
    supervisor.fill("new_phone", "13985761234")
    supervisor.page.wait_for_function(f"() => {DRAFTS}.some((draft) => draft.includes('13985761234'))")
    supervisor.fill("new_phone", "520599199102039005")
    supervisor.page.wait_for_function(f"() => !{DRAFTS}.some((draft) => draft.includes('new_phone'))")

    expect(supervisor.page.locator("dialog:modal [name=new_phone]")).to_be_focused()
    assert supervisor.page.evaluate("scrollY") == place
    assert is_on_its_own_ground(supervisor, f"dialog {DONE}")
    supervisor.troubles.clear()
    deeds.answer_in_place(supervisor, outcome="no_answer")
    supervisor.page.wait_for_function("() => !history.state?.sheet")
    assert (drafts(supervisor), supervisor.page.evaluate("scrollY")) == ([], place)
    say_it_in_another_tab(supervisor, row)
    undo = supervisor.page.locator(f"{row} form[action*='/undo/'] button")
    undo.scroll_into_view_if_needed()
    place = supervisor.page.evaluate("scrollY")
    undo.click()
    supervisor.page.locator(".wf-snack", has_text="之后").wait_for()
    assert (supervisor.page.locator("#sheet").inner_text(), supervisor.page.evaluate("scrollY")) == ("", place)
    supervisor.troubles.clear()


def say_it_in_another_tab(supervisor: Actor, row: str) -> None:
    """So that the entry before cannot be taken back any more."""
    tab = supervisor.page.context.new_page()
    tab.goto(supervisor.page.url.split("/today/")[0] + f"/cases/{row.removeprefix('#row-')}/contact/")
    tab.locator("[name=outcome][value=no_answer]").check(force=True)
    with tab.expect_navigation():
        tab.locator(DONE).click()
    tab.close()


def is_on_its_own_ground(cadre: Actor, button: str) -> bool:
    return "rgb" in cadre.page.locator(button).evaluate("(one) => getComputedStyle(one).boxShadow")


def test_a_number_that_is_not_kept_is_said_so(stage, cadre):
    cadre.open("/workers/add/")
    cadre.fill("name", "龙门飞甲")
    cadre.fill("id_number", "520599199102039005")
    cadre.page.locator("[name=wish_place]").evaluate(TYPE, "电话13800005000，去浙江")
    cadre.page.wait_for_function(f"() => {DRAFTS}.some((draft) => draft.includes('去浙江'))")

    cadre.page.reload()

    expect(cadre.page.locator("[name=name]")).to_have_value("龙门飞甲")
    cadre.sees("证件号码不留在这台设备上，请再填一次。")
    expect(cadre.page.locator(".wf-kept:has(+ [name=wish_place])")).to_be_visible()
    cadre.press(".wf-kept button")
    assert drafts(cadre) == []


def test_what_one_typed_is_not_shown_to_the_next_who_signs_in_on_the_same_phone(stage, cadre):
    cadre.open("/workers/add/")
    cadre.fill("name", "龙门飞甲")
    cadre.page.wait_for_function(f"() => {DRAFTS}.length === 1")
    cadre.page.context.clear_cookies(name="sessionid")
    cadre.page.reload()

    cadre.username, its_owner = "township", cadre.username
    sign_in_here(cadre, "bijie-demo-2026")

    expect(cadre.page.locator("[name=name]")).to_have_value("")
    assert drafts(cadre) == []
    cadre.username = its_owner


def test_back_closes_an_open_sheet_and_what_was_typed_there_and_in_find_is_there_again(stage, cadre):
    case = call_sheet(cadre, stage)

    cadre.page.go_back()

    expect(cadre.page.locator("dialog.wf-sheet:modal")).to_have_count(0)
    assert cadre.page.url.endswith(f"/cases/{case}/")
    cadre.press(deeds.RECORD)
    is_back(cadre)
    cadre.open("/find/")
    cadre.page.locator("[data-wf-search]").fill("zzw")
    cadre.page.locator("#found", has_text="zzw").wait_for()
    cadre.page.go_back()
    cadre.page.wait_for_url(f"**/cases/{case}/")
    cadre.open("/find/")
    expect(cadre.page.locator("[data-wf-search]")).to_have_value("zzw")
    cadre.page.locator("#found", has_text="zzw").wait_for()


def test_after_a_refusal_that_stands_above_the_form_a_refresh_brings_everything_back(stage, cadre):
    case = call_sheet(cadre, stage)
    cadre.open(f"/cases/{case}/close/")
    cadre.choose("reason", "unreachable")
    cadre.fill("note", NOTE)
    cadre.press("form.wf-form button.wf-warn")
    cadre.page.locator(".wf-refusal").wait_for()
    cadre.troubles.clear()

    cadre.fill("note", f"{NOTE}下午")
    cadre.page.wait_for_function(f"() => {DRAFTS}.some((draft) => draft.includes('下午'))")
    cadre.page.reload()

    expect(cadre.page.locator("[name=reason][value=unreachable]")).to_be_checked()
    expect(cadre.page.locator("[name=note]")).to_have_value(f"{NOTE}下午")
    cadre.press(".wf-kept button")


def test_what_can_no_longer_be_sent_says_so_and_can_be_copied_and_discarded(stage, cadre):
    case = call_sheet(cadre, stage)
    key = cadre.page.evaluate("Object.keys(localStorage).find((key) => key.startsWith('wf-draft:'))")
    cadre.page.evaluate(
        "([key, other]) => localStorage.setItem(other, localStorage.getItem(key))",
        [key, key.replace(f"/{case}/", "/1987654/")],
    )

    cadre.open("/today/")
    note = cadre.page.locator(".wf-unsent:has(a[href*='/1987654/'])")
    expect(note.locator("textarea")).to_have_value(NOTE)
    note.locator("a").click()
    cadre.page.wait_for_url("**/1987654/contact/")
    gone = cadre.page.locator(".wf-unsent", has_text="已经提交不了")
    expect(gone.locator("textarea")).to_have_value(NOTE)
    cadre.troubles.clear()
    gone.get_by_text("丢弃").click()
    assert len(drafts(cadre)) == 2
    gone.get_by_text("确定丢弃").click()
    expect(gone).to_have_count(0)

    cadre.open(f"/cases/{case}/")
    assert cadre.page.evaluate(
        "() => { document.documentElement.lang = 'en'; return wayfareDrafts.when({ at: Date.UTC(2026, 0, 5, 7, 5) }); }"
    ).endswith("15:05")
    expect(cadre.page.locator(".wf-unsent")).to_have_count(0)
    cadre.press(deeds.RECORD)
    is_back(cadre)
    cadre.press("dialog .wf-kept button")
    assert drafts(cadre) == []


def test_a_page_that_a_press_opened_has_its_own_address_and_back_leads_to_where_it_was_pressed(stage, cadre):
    cadre.open("/find/")
    cadre.fill("q", "龙门飞甲")
    cadre.press("#found form[action$='/workers/add/'] button")
    cadre.page.wait_for_url("**/workers/add/")
    expect(cadre.page.locator("#add [name=name]")).to_have_value("龙门飞甲")

    cadre.press(".wf-actionbar button.wf-fill")
    cadre.page.locator("#add [aria-invalid]").first.wait_for()
    cadre.page.context.set_offline(True)
    cadre.press(".wf-actionbar button.wf-fill")
    cadre.page.locator("[data-wf-told]").wait_for()
    cadre.page.context.set_offline(False)
    cadre.troubles.clear()
    cadre.page.go_back()

    cadre.page.wait_for_url("**/find/")
    cadre.page.locator("#found", has_text="龙门飞甲").wait_for()


def test_a_file_is_not_kept_and_that_is_said_so(stage):
    stage.on_day(0, hour=10)
    township = stage.enter("township", PHONE)
    township.open("/workers/import/")
    township.page.set_input_files("[name=file]", ROSTERS / "birth_without_id.xlsx")
    township.page.wait_for_function(f"() => {DRAFTS}.length === 1")
    township.page.context.clear_cookies(name="sessionid")

    township.press(DONE)
    sign_in_here(township, "bijie-demo-2026")

    township.sees("文件不留在这台设备上，请再选一次。")
    township.page.set_input_files("[name=file]", ROSTERS / "birth_without_id.xlsx")
    township.send(DONE)
    township.page.wait_for_url("**/workers/import/*/")
    assert drafts(township) == []


def test_after_the_session_expired_signing_in_leads_to_the_same_sheet_with_what_was_typed(stage, cadre):
    case = call_sheet(cadre, stage)
    cadre.page.context.clear_cookies(name="sessionid")

    cadre.press(f"dialog {DONE}")
    sign_in_here(cadre, "bijie-demo-2026")

    cadre.page.wait_for_url(f"**/cases/{case}/contact/**")
    is_back(cadre)
    expect(cadre.page.locator("[data-wf-question]:has([name=outcome]) .wf-ask")).to_have_class(re.compile(r"\bok\b"))
    cadre.page.context.clear_cookies(name="csrftoken")
    with cadre.page.expect_navigation():
        cadre.press(DONE)
    cadre.sees("页面打开太久")
    is_back(cadre)
    cadre.page.reload()
    is_back(cadre)
    cadre.press(".wf-kept button")
    expect(cadre.page.locator("[name=note]")).to_have_value("")
    assert drafts(cadre) == []


def test_a_button_pressed_after_the_session_expired_leads_back_to_its_page(stage, cadre):
    case = stage.case_of(somebody_to_call(stage))
    cadre.open(f"/cases/{case}/")
    cadre.page.context.clear_cookies(name="sessionid")

    with cadre.page.expect_navigation():
        cadre.press(".wf-actionbar form[action$='/call/'] button")
    sign_in_here(cadre, "bijie-demo-2026")

    cadre.page.wait_for_url(f"**/cases/{case}/")
    cadre.sees("请再点一次")


def test_no_number_is_in_a_draft_and_signing_out_takes_drafts_away(stage, cadre):
    cadre.open("/workers/add/")
    cadre.fill("name", "龙门飞甲")
    cadre.fill("id_number", "520599199102039005")
    cadre.fill("phone", "522425198706012")  # of an old card, in the wrong field
    cadre.page.locator("[name=wish_place]").evaluate(TYPE, f"身份证{IN_PIECES[0]}，或{IN_PIECES[1]}，去浙江")
    cadre.page.wait_for_function(f"() => {DRAFTS}.some((draft) => draft.includes('去浙江'))")

    assert "龙门飞甲" in str(drafts(cadre))
    assert "身份证…，或…，去浙江" in str(drafts(cadre))
    assert "5205" not in str(drafts(cadre))
    assert "５２０５" not in str(drafts(cadre))
    assert "5224" not in str(drafts(cadre))
    cadre.open("/me/")
    cadre.send("form[data-wf-signs-out] button")
    assert drafts(cadre) == []


def test_a_link_in_a_form_leads_to_a_page_of_its_own_and_leaves_no_draft_behind(stage):
    stage.on_day(0, hour=10)
    organiser = stage.enter("fair")
    organiser.open("/fairs/add/")
    organiser.fill("title", "不办了的招聘会")
    organiser.page.wait_for_function(f"() => {DRAFTS}.length === 1")

    organiser.send("a[data-wf-leave]")

    organiser.page.wait_for_url("**/fairs/")
    assert drafts(organiser) == []


def test_an_employer_without_a_signal_and_without_a_login_keeps_its_answer(stage):
    stage.on_day(0, hour=10)
    organiser = stage.enter("fair")
    organiser.open(f"/fairs/{stage.one('SELECT min(id) FROM fairs_fair')}/booths/")
    link = organiser.page.locator("input[value*='/fair-booth/']").first.input_value()
    organiser.page.context.clear_cookies()
    organiser.open("/fair-booth/" + link.split("/fair-booth/")[1])
    organiser.choose("comes", "yes")
    organiser.fill("who", "何经理等两人")
    organiser.page.context.set_offline(True)

    organiser.press(DONE)
    organiser.page.locator("[data-wf-told]").wait_for()
    organiser.troubles.clear()

    expect(organiser.page.locator("[name=who]")).to_have_value("何经理等两人")
    organiser.page.context.set_offline(False)
    organiser.press(DONE)
    organiser.sees("已确认：贵单位来参加")
