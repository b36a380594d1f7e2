"""A day at the fair: many are referred, every desk counts alike, results by booth, a full hall is cancelled."""

from playwright.sync_api import expect

from tests.journeys.deeds import press_deed


def test_every_desk_counts_alike_and_a_hall_with_people_inside_is_cancelled_only_when_told_twice(stage, lay_out):
    rows = lay_out("fairs.hall")
    fair = f"/fairs/{rows['fair']}"
    page_of_fair, door = stage.enter("doors"), stage.enter("doors2")
    page_of_fair.open(f"{fair}/")
    door.open(f"{fair}/check-in/")

    checks_in(page_of_fair, rows["codes"][0], "安宁")
    checks_in(door, rows["codes"][1], "白露")
    for desk in (page_of_fair, door):
        expect(desk.page.locator("#figures")).to_contain_text("2")
    page_of_fair.shot("fair-live")

    page_of_fair.page.set_viewport_size({"width": 390, "height": 800})
    page_of_fair.open(f"{fair}/")
    assert page_of_fair.page.evaluate("[scrollY, document.activeElement.name || '']") == [0, ""]
    page_of_fair.page.set_viewport_size({"width": 1280, "height": 2400})
    page_of_fair.open(f"{fair}/")
    expect(page_of_fair.page.locator("[name=digits]")).to_be_focused()

    walks_in(door, "杜仲")
    the_boards_of_two_desks_are_alike(door, page_of_fair, fair, rows["codes"][2])
    results_on_one_sheet(stage, page_of_fair, rows)
    cancels(stage, page_of_fair, fair, rows)


def checks_in(desk, digits: str, name: str):
    desk.fill("digits", digits)
    desk.press("form.wf-checkin button")
    expect(desk.page.locator("#door")).to_contain_text(name)


def walks_in(desk, name: str):
    desk.fill("digits", name)
    desk.press("form.wf-checkin button")
    desk.press("form[action$='/walk-in/'] button")
    expect(desk.page.locator("#door")).to_contain_text("3")


def the_boards_of_two_desks_are_alike(one, other, fair: str, digits: str):
    """Neither loads its page again: what one enters, the other is told."""
    for desk in (one, other):
        desk.open(f"{fair}/")
    checks_in(one, digits, "车前")
    for part in ("#figures", "#hall", "#recent"):
        told = one.page.locator(part).inner_text()
        expect(other.page.locator(part)).to_have_text(told, use_inner_text=True)
    expect(other.page.locator("#recent")).to_contain_text("车前")


def results_on_one_sheet(stage, desk, rows):
    """The two who wish for a post of this booth, in one table, saved by one press."""
    desk.open(f"/fairs/{rows['fair']}/booths/{rows['booth']}/results/")
    first, second = (desk.page.locator("tr", has_text=name) for name in ("安宁", "白露"))
    first.locator("select[name$=result]").select_option("intent")
    first.locator("select[name$=vacancy]").select_option(str(rows["vacancy"]))
    second.locator("select[name$=result]").select_option("no_match")
    second.locator("select[name$=reason]").select_option("wage")
    desk.shot("booth-sheet")
    desk.send("main form[method=post] button[type=submit].wf-fill")
    said = stage.system.ask(
        "SELECT result FROM fairs_fairreferral WHERE fair_id = %s AND result <> '' ORDER BY result", rows["fair"]
    )
    assert said == [("intent",), ("no_match",)]


def cancels(stage, desk, fair: str, rows):
    desk.open(f"{fair}/cancel/")
    desk.sees("场内有 2 人还没有结果")
    desk.fill("why", "停电")
    desk.press("main form button[type=submit]")
    desk.page.locator("[name=knows_of_inside]").wait_for()
    assert stage.one("SELECT state FROM fairs_fair WHERE id = %s", rows["fair"]) == "running"
    desk.press("[name=knows_of_inside]")
    desk.press("main form button[type=submit]")
    desk.page.wait_for_url(f"**{fair}/")
    assert stage.one("SELECT state FROM fairs_fair WHERE id = %s", rows["fair"]) == "cancelled"


def test_no_more_posts_are_promised_than_are_open_and_the_employer_answers_by_the_link(stage, lay_out):
    rows = lay_out("fairs.booths")
    desk = stage.enter("doors3")
    desk.open(f"/fairs/{rows['fair']}/booths/")
    desk.press("details:has(form.wf-offer) > summary")
    desk.fill("wanted", "31")
    desk.press("form.wf-offer button")
    desk.page.locator(".wf-error, .wf-refusal").first.wait_for()
    desk.shot("too-many-posts")
    assert promised(stage, rows) == 5

    employer = stage.visit()
    employer.open(f"/fair-booth/{rows['token']}/")
    employer.choose("comes", "yes")
    employer.fill("who", "人事科 张经理")
    box = employer.page.locator("form input[inputmode=numeric], form input[type=number]").first
    box.fill("8")
    employer.shot("employer-link")
    employer.press("form button[type=submit].wf-fill")
    employer.sees("谢谢，已确认：贵单位来参加。")
    assert promised(stage, rows) == 8

    desk.open(f"/fairs/{rows['fair']}/booths/")
    desk.sees("人事科 张经理")


def promised(stage, rows) -> int:
    return stage.one("SELECT wanted FROM fairs_boothvacancy WHERE id = %s", rows["offer"])


def test_a_large_fair_opens_only_when_the_police_are_asked_twenty_days_ahead_and_has_its_papers(stage, lay_out):
    rows = lay_out("fairs.large")
    desk = stage.enter("doors4")
    desk.open(f"/fairs/{rows['too_late']}/")
    desk.sees("向公安机关申请的最后一天是 2月28日，已经过了。")
    desk.press("form[action$='/open/'] button")
    desk.page.locator(".wf-refusal").wait_for()
    desk.shot("police-too-late")
    assert stage.one("SELECT state FROM fairs_fair WHERE id = %s", rows["too_late"]) == "planned"

    desk.open(f"/fairs/{rows['in_time']}/licence/")
    desk.shot("licence")
    assert "安全" in desk.paper(f"/fairs/{rows['in_time']}/licence.pdf")
    desk.fill("licence_applied_on", "2026-03-05")
    desk.send("main form button[type=submit]")
    desk.open(f"/fairs/{rows['in_time']}/")
    press_deed(desk, "open")
    assert stage.one("SELECT state FROM fairs_fair WHERE id = %s", rows["in_time"]) == "open"


def test_many_are_referred_by_a_filter_after_a_look_and_taken_back_with_one_press(stage, lay_out):
    rows = lay_out("fairs.crowd")
    desk = stage.enter("chief")
    desk.open("/cases/?sort=name")
    desk.press("[data-wf-all=cases]")
    desk.press("button[formaction$='/refer-to-fair/']")
    desk.page.wait_for_url("**/refer-to-fair/*/**")  # its script listens by then
    desk.page.select_option("select[name=fair]", str(rows["fair"]))
    desk.page.wait_for_url(f"**/refer-to-fair/*/?fair={rows['fair']}")
    desk.sees("可以推荐", "维持不变")
    desk.shot("refer-many")
    assert referred(stage, rows) == ["麻黄"]

    desk.press("main form[method=post] button[type=submit]")
    desk.page.wait_for_url("**/fair-batches/*/")
    desk.sees("甘草", "桂枝", "黄芪")
    assert {"甘草", "桂枝", "黄芪", "麻黄"} <= set(referred(stage, rows))

    press_deed(desk, "take-back")
    assert referred(stage, rows) == ["麻黄"]


def referred(stage, rows) -> list[str]:
    people = stage.system.ask(
        "SELECT w.name FROM fairs_fairreferral r JOIN workers_worker w ON w.id = r.worker_id"
        " WHERE r.fair_id = %s AND r.withdrawn_at IS NULL",
        rows["fair"],
    )
    return [name for (name,) in people]
