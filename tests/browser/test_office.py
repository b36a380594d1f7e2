"""Colleagues come and go, many cases change hands, and what holds for everybody is set: as seen at the desk."""

import io
import re

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.office import DAFANG_TOWNSHIP
from tests.journeys.actors import PASSWORD
from tests.staff.factories import DAFANG_VILLAGE

CHOSEN = "mountain-paths-27"


def test_a_colleague_comes_by_a_link_is_let_in_again_after_wrong_passwords_and_gets_a_new_link(stage, lay_out):
    lay_out("office.colleagues")
    boss = stage.enter("boss")
    link = opens_an_account(boss)

    colleague = stage.visit("yangmei")
    chooses_a_password(colleague, link, CHOSEN)
    colleague.sees("杨梅")

    stranger = stage.visit("somebody")
    signs_in(stranger, "yangmei", "wrong-password-1", times=5)
    stranger.page.get_by_text("输错").first.wait_for()
    stranger.shot("paused")
    boss.open(boss.page.url)
    boss.press("form[action$='/unlock/'] button")
    expect(boss.page.locator("form[action$='/unlock/']")).to_have_count(0)
    signs_in(stranger, "yangmei", CHOSEN)
    expect(stranger.page).not_to_have_url(re.compile("/login/"))

    boss.press("details:has(form[action$='/link/']) > summary")
    boss.press("form[action$='/link/'] button")
    newer = boss.page.locator("#password_link").input_value()
    assert newer != link
    late = stage.visit("late")
    late.page.goto(link)
    expect(late.page.locator("[name=new_password1]")).to_have_count(0)
    chooses_a_password(late, newer, CHOSEN + "-b")


def opens_an_account(boss) -> str:
    boss.open("/people/new/")
    boss.fill("display_name", "杨梅")
    boss.fill("username", "yangmei")
    boss.page.select_option("[name=role]", "village_cadre")
    boss.page.select_option("#look_under", str(DAFANG_TOWNSHIP))
    boss.page.locator(f"#id_area option[value='{DAFANG_VILLAGE}']").wait_for(state="attached")
    expect(boss.page.locator("#look_under")).to_have_value(str(DAFANG_TOWNSHIP))
    boss.page.select_option("#id_area", str(DAFANG_VILLAGE))  # the box above it has the same name
    boss.fill("starts_on", "2026-03-05")
    boss.shot("new-colleague")
    boss.press("#new_colleague button[type=submit]")
    boss.page.locator("#password_link").wait_for()
    return boss.page.locator("#password_link").input_value()


def chooses_a_password(actor, link: str, password: str):
    actor.page.goto(link)
    for field in ("new_password1", "new_password2"):
        actor.fill(field, password)
    actor.press("form.wf-lift button[type=submit]")
    actor.page.wait_for_url(lambda url: "/password/" not in url)


def signs_in(actor, username: str, password: str, *, times: int = 1):
    for _ in range(times):
        actor.page.goto("/login/")
        actor.fill("username", username)
        actor.fill("password", password)
        actor.press("form:has([name=password]) button[type=submit]")
        actor.page.wait_for_load_state()


def test_ending_a_posting_and_closing_an_account_count_what_is_in_hand_and_ask_who_takes_it(stage, lay_out):
    rows = lay_out("office.somebody_leaves")
    boss = stage.enter("boss2")
    boss.open(f"/people/{rows['leaving']}/")
    boss.page.locator("form[action$='/end/'] [type=date]").fill("2026-03-20")
    boss.press("form[action$='/end/'] button")
    boss.page.locator("[name=successor]").wait_for()
    boss.page.select_option("[name=successor]", str(rows["heir"]))
    boss.press("form:has([name=successor]) button[type=submit]")
    boss.page.wait_for_url(f"**/people/{rows['leaving']}/")
    ended = "SELECT ends_on::text, successor_id FROM staff_posting WHERE user_id = %s"
    assert stage.system.ask(ended, rows["leaving"]) == [("2026-03-20", rows["heir"])]

    boss.press("a[href$='/deactivate/']")
    boss.sees("2 个")
    boss.shot("who-takes-it")
    boss.page.locator("[name=successor]").wait_for()
    boss.page.select_option("[name=successor]", str(rows["heir"]))
    boss.press("form:has([name=successor]) button[type=submit]")
    boss.page.wait_for_url(f"**/people/{rows['leaving']}/")

    assert stage.system.ask("SELECT is_active FROM staff_user WHERE id = %s", rows["leaving"]) == [(False,)]
    assert stage.system.ask("SELECT owner_id FROM cases_workitem WHERE case_id = ANY(%s)", rows["cases"]) == [
        (rows["heir"],), (rows["heir"],)
    ]  # fmt: skip


def test_a_clock_says_since_when_refuses_days_of_no_sense_and_a_change_ahead_is_withdrawn(stage, lay_out):
    lay_out("office.keeper")
    keeper = stage.enter("keeper")
    keeper.open("/settings/")
    keeper.sees("何时起")
    keeper.shot("settings")
    keeper.press("a[href*='/settings/clocks/']")
    keeper.page.locator("[name=valid_from]").wait_for()
    keeper.fill("valid_from", "2026-03-05")
    keeper.press("main form[method=post] button.wf-fill")
    keeper.page.get_by_role("alert").first.wait_for()
    assert planned(stage) == 0

    keeper.fill("valid_from", "2026-03-09")
    keeper.fill("amount", "3")
    keeper.press("main form[method=post] button.wf-fill")
    keeper.page.wait_for_url("**/settings/")
    assert planned(stage) == 1
    keeper.press("form[action$='/withdraw/'] button")
    expect(keeper.page.locator("form[action$='/withdraw/']")).to_have_count(0)
    assert planned(stage) == 0

    keeper.fill("name", "清明节")
    keeper.fill("first", "2026-04-06")
    keeper.fill("last", "2026-04-04")
    keeper.press("form[action$='/settings/days/'] button")
    keeper.page.locator(".wf-error, [role=alert]").first.wait_for()
    keeper.fill("last", "2026-04-06")
    keeper.press("form[action$='/settings/days/'] button")
    keeper.page.locator("tr", has_text="清明节").first.wait_for()

    rewords_a_text(keeper)


def rewords_a_text(keeper):
    """Looked at first; a switch of the language shows the same look."""
    keeper.open("/settings/texts/")
    keeper.press("main table a[href*='/settings/texts/']")
    words = keeper.page.locator("[name=zh]").input_value() + "谢谢。"
    address = keeper.page.url
    keeper.fill("zh", words)
    keeper.press("button[name=look]")
    keeper.page.locator("[role=status] .wf-thread", has_text="谢谢。").wait_for()
    keeper.press("button[name=language][value=en]")
    keeper.page.get_by_text("So it would stand on a phone").wait_for()
    expect(keeper.page.locator("[role=status] .wf-thread")).to_contain_text("谢谢。")

    keeper.page.goto(address)
    keeper.fill("zh", words)
    keeper.press("main form[method=post] button.wf-fill")
    expect(keeper.page.locator(".wf-items")).to_contain_text("谢谢。")


def planned(stage) -> int:
    return stage.one("SELECT count(*) FROM cases_clockrule WHERE valid_from > '2026-03-06'")


def words_of(actor) -> str:
    """Without blanks: where a line breaks depends on whether the stylesheet has come."""
    return re.sub(r"\s", "", actor.page.locator("main").inner_text())


def test_the_look_at_many_cases_tells_the_truth_and_a_switch_of_language_keeps_it(stage, lay_out):
    rows = lay_out("office.many_cases")
    head = stage.enter("head")
    head.open(f"/cases/?state=flagged&area={rows['place']}")
    head.press("[data-wf-all=cases]")
    head.page.select_option("[name=owner]:not(form[method=get] *)", str(rows["taker"]))
    head.press(".wf-hand-over button.wf-fill")
    head.page.wait_for_url("**/cases/reassign/*/")
    head.page.locator("main").get_by_text("维持不变").first.wait_for()
    head.shot("hand-over")
    told = words_of(head)
    assert [figure in told for figure in ("已选5", "可以改派3", "维持不变2", "本来就由此人负责2")] == [True] * 4
    head.press("button[name=language][value=en]")
    head.page.get_by_text("Hand 3 cases to").wait_for()
    head.press("button[name=language][value=zh-hans]")
    head.page.locator("h1", has_text="把 3 件改派给").wait_for()
    assert words_of(head) == told

    head.press("form[data-wf-no-draft] button.wf-fill")
    head.page.locator("form[action$='/back/']").first.wait_for()
    assert stage.one("SELECT count(*) FROM cases_case WHERE owner_id = %s", rows["taker"]) == 5


def test_rows_that_were_ticked_are_ticked_after_signing_in_again(stage, lay_out):
    rows = lay_out("office.a_session_ends")
    head = stage.enter("head3")
    head.open(f"/cases/?state=flagged&area={rows['place']}")
    head.page.locator("[name=cases]").first.check()
    chosen = head.page.locator("[name=cases]:checked").get_attribute("value")
    head.page.select_option("[name=owner]:not(form[method=get] *)", str(rows["taker"]))
    head.page.context.clear_cookies(name="sessionid")

    with head.page.expect_navigation():
        head.press(".wf-hand-over button.wf-fill")
    head.page.wait_for_url("**/login/**")
    head.fill("username", "head3")
    head.fill("password", PASSWORD)
    head.press("form:has([name=password]) button[type=submit]")

    head.page.wait_for_url("**/cases/?**")
    expect(head.page.locator("[name=cases]:checked")).to_have_count(1)
    assert head.page.locator("[name=cases]:checked").get_attribute("value") == chosen
    head.press(".wf-hand-over button.wf-fill")
    head.page.wait_for_url("**/cases/reassign/*/")


def test_a_dialog_that_is_refused_stays_over_its_page_and_the_menu_behind_it_is_closed(stage, lay_out):
    rows = lay_out("office.a_dialog")
    head = stage.enter("head4")
    head.open(f"/cases/{rows['case']}/")
    head.press("details.wf-menu summary")
    head.press("a[href$='/close/'][data-wf-dialog]")
    expect(head.page.locator("dialog:modal [name=note]")).to_be_visible()
    expect(head.page.locator("details.wf-menu[open]")).to_have_count(0)

    head.press("dialog:modal label:has([name=reason][value=moved])")
    head.fill("note", "身份证 110101199003071234")
    head.press("dialog:modal button.wf-warn")

    head.page.locator("dialog:modal [aria-invalid=true]").wait_for()
    head.shot("refused-dialog")
    expect(head.page.locator("main h2", has_text="桂花")).to_be_visible()
    head.fill("note", "去了贵阳")
    head.press("dialog:modal button.wf-warn")
    expect(head.page.locator("dialog:modal")).to_have_count(0)
    assert stage.one("SELECT state FROM cases_case WHERE id = %s", rows["case"]) == "closed"


def choose_before_the_script_is_here(page, order: str) -> None:
    """As on a slow line: the page stands, and nothing listens yet."""
    waiting = []
    page.route("**/wayfare*.js", lambda route: waiting.append(route))
    page.goto(page.url, wait_until="commit")
    page.select_option("[name=sort]", order)
    waiting[0].continue_()
    page.unroute("**/wayfare*.js")


def test_a_list_is_searched_saved_under_a_name_and_taken_along_as_a_file(stage, lay_out):
    lay_out("office.a_list")
    head = stage.enter("head2")
    head.open("/cases/?state=flagged")
    head.press("button[name=theme][value=dark]")
    expect(head.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    for order, first in (("newest", "天麻"), ("name", "白及")):
        head.page.select_option("[name=sort]", order)
        head.page.wait_for_url(re.compile(f"state=flagged.*sort={order}"))
        expect(head.page.locator("tbody tr").first).to_contain_text(first)
    choose_before_the_script_is_here(head.page, "newest")
    head.page.wait_for_url(re.compile("state=flagged.*sort=newest"))
    head.page.select_option("[name=sort]", "name")
    head.page.wait_for_url(re.compile("state=flagged.*sort=name"))
    head.page.go_back()
    assert "sort=newest" in head.page.url  # and not sent on again by what the browser filled in
    head.press(".wf-save-view summary")
    head.fill("name", "刚标记的")
    head.press("form[action$='/cases/filters/'] button")
    expect(head.page.locator(".wf-chip[aria-current]")).to_have_text("刚标记的")

    head.page.fill("form.wf-find-in-list [name=q]", "白及")
    head.press("form.wf-find-in-list button")
    expect(head.page.locator("tbody tr")).to_have_count(1)
    expect(head.page.locator("tbody tr")).to_contain_text("白及")

    answer = head.page.request.get(head.page.locator("a[href*='cases.xlsx']").get_attribute("href"))
    cells = [str(cell.value) for row in load_workbook(io.BytesIO(answer.body())).active.iter_rows() for cell in row]
    assert any("白及" in cell for cell in cells)
    assert not any(cell.startswith("=") for cell in cells)
    assert stage.one("SELECT count(*) FROM staff_accesslog WHERE what = 'exported'")
