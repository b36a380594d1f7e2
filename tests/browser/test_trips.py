"""Nobody is stranded by a press, nobody is left behind by a broken bus: as the organiser of trips does it."""

from playwright.sync_api import expect

from tests.journeys.deeds import press_deed

DEPART = "#departure button[value=depart]"


def state_of(stage, trip: int) -> str:
    return stage.one("SELECT state FROM transport_trip WHERE id = %s", trip)


def seat_of(stage, booking: int) -> str:
    return stage.one("SELECT state FROM transport_booking WHERE id = %s", booking)


def test_departure_no_show_and_arrival_strand_nobody(stage, lay_out):
    rows = lay_out("trips.leaving")
    trip = f"/trips/{rows['trip']}"
    stage.on_day(1, hour=12, minute=10)  # the station gathers at 12:40
    desk = stage.enter("wheels")
    desk.open(f"{trip}/board/")
    desk.fill("code", rows["code"])
    desk.press("form.tr-code button")
    desk.page.get_by_role("status").get_by_text("陈达").wait_for()

    is_not_missed_before_their_stop_gathers(desk, trip, rows)
    is_missing_and_found(stage, desk, trip, rows)
    leaves_after_asking_for_each(stage, desk, trip, rows)
    comes_back(stage, desk, trip, rows)
    leaves_for_good(stage, desk, trip, rows)
    arrives_early_with_a_reason(stage, desk, trip, rows)


def is_not_missed_before_their_stop_gathers(desk, trip, rows):
    desk.open(f"{trip}/seats/{rows['last_seat']}/")
    desk.sees("顾远")
    expect(desk.page.locator("form[action$='/missing/']")).to_have_count(0)


def is_missing_and_found(stage, desk, trip, rows):
    desk.open(f"{trip}/seats/{rows['second_seat']}/")
    press_deed(desk, "missing")
    assert seat_of(stage, rows["second"]) == "no_show"
    desk.open(f"{trip}/seats/{rows['second_seat']}/")
    press_deed(desk, "found")
    assert seat_of(stage, rows["second"]) == "held"


def leaves_after_asking_for_each(stage, desk, trip, rows):
    desk.open(f"{trip}/depart/")
    desk.sees("方晴", "顾远", "12:40 才集合")
    desk.shot("depart")
    desk.press(DEPART)
    desk.page.get_by_role("alert").wait_for()
    desk.sees("方晴", "顾远")
    assert state_of(stage, rows["trip"]) == "boarding"

    desk.choose(f"answer_{rows['second']}", "not_coming")
    desk.choose(f"answer_{rows['last']}", "on_the_way")
    desk.press(DEPART)
    desk.page.get_by_role("alert").get_by_text("有人在路上，或者他们的站还没到集合时间").wait_for()
    assert state_of(stage, rows["trip"]) == "boarding"

    desk.fill("why", "前面要封路")
    desk.press(DEPART)
    desk.page.wait_for_url(f"**{trip}/")
    assert (state_of(stage, rows["trip"]), seat_of(stage, rows["last"])) == ("departed", "released")


def comes_back(stage, desk, trip, rows):
    press_deed(desk, "undo-depart")
    assert (state_of(stage, rows["trip"]), seat_of(stage, rows["last"])) == ("boarding", "held")


def leaves_for_good(stage, desk, trip, rows):
    desk.open(f"{trip}/depart/")
    desk.choose("rest", "no_answer")
    desk.fill("why", "前面要封路")
    desk.press(DEPART)
    desk.page.wait_for_url(f"**{trip}/")
    stage.on_day(1, hour=12, minute=40)
    desk.open(f"{trip}/")
    expect(desk.page.locator("form[action$='/undo-depart/']")).to_have_count(0)
    assert state_of(stage, rows["trip"]) == "departed"


def arrives_early_with_a_reason(stage, desk, trip, rows):
    desk.open(f"{trip}/arrive/")
    desk.press("form[action$='/arrive/'] button")
    desk.page.get_by_role("alert").wait_for()
    assert state_of(stage, rows["trip"]) == "departed"
    desk.fill("why", "改走高速")
    desk.press("form[action$='/arrive/'] button[type=submit]")
    desk.page.wait_for_url(f"**{trip}/")
    assert state_of(stage, rows["trip"]) == "arrived"
    press_deed(desk, "undo-arrive")
    assert state_of(stage, rows["trip"]) == "departed"


def test_everyone_of_a_broken_bus_goes_with_another_and_each_gets_one_text(stage, lay_out):
    rows = lay_out("trips.broken_bus")
    desk = stage.enter("wheels2")
    moved = f"/trips/{rows['bus']}/move/"

    desk.open(moved)
    desk.choose("target", str(rows["small"]))
    desk.press("button[value=preview]")
    looks_who_fits(desk)
    assert on_board(stage, rows["small"]) == []
    desk.press("#preview button[value=move]")
    desk.page.wait_for_url(f"**/trips/{rows['bus']}/")  # the page of who stays
    desk.sees("已转 3 人")
    menus_close_each_other(desk)
    assert (on_board(stage, rows["small"]), on_board(stage, rows["bus"])) == (["何磊", "杨慧", "陈达"], ["罗燕"])

    desk.open(moved)
    desk.press("label:has([name=target][value=''])")  # a second vehicle: the rest is split off
    desk.press("button[value=preview]")
    desk.page.locator("#preview button[value=move]").wait_for()
    desk.press("#preview button[value=move]")
    desk.page.wait_for_url(lambda url: not url.endswith("/move/"))
    assert on_board(stage, rows["bus"]) == []
    texts = stage.wait_for(
        "SELECT array_agg(n) FROM (SELECT worker_id, count(*) n FROM notifications_message"
        " WHERE template = 'trip_replaced' GROUP BY worker_id) each HAVING count(*) = 4"
    )
    assert texts == [1, 1, 1, 1]


def menus_close_each_other(desk):
    menus, opened = desk.page.locator("details.tr-menu > summary"), desk.page.locator("details.tr-menu[open]")
    for menu in menus.all():
        desk.press(menu)
        expect(opened).to_have_count(1)
    desk.page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    assert menus.count() > 1


def looks_who_fits(desk):
    """Three places for four people: the household stays together."""
    preview = desk.page.locator("#preview")
    expect(preview).to_be_focused()
    expect(preview).to_be_in_viewport()
    expect(preview).to_contain_text("能转 3 人，不动 1 人")
    expect(preview.locator(".tr-new-seats").first).to_contain_text("罗燕")
    desk.shot("move-people")


def on_board(stage, trip: int) -> list[str]:
    rows = stage.system.ask(
        "SELECT w.name FROM transport_booking b JOIN workers_worker w ON w.id = b.worker_id"
        " WHERE b.trip_id = %s AND b.state IN ('held', 'confirmed', 'boarded') ORDER BY w.name COLLATE \"C\"",
        trip,
    )
    return [name for (name,) in rows]


def test_a_freed_seat_goes_to_the_first_who_waits_and_nobody_passes_them_without_a_reason(stage, lay_out):
    rows = lay_out("trips.waiting")
    trip = f"/trips/{rows['trip']}"
    desk = stage.enter("wheels3")

    desk.open(f"{trip}/seats/{rows['seat']}/")
    desk.press("form[action$='/release/'] button")
    desk.press("button[name=deed][value=release]")
    stage.wait_for(
        "SELECT count(*) FROM transport_booking WHERE trip_id = %s AND case_id = %s AND state = 'held'",
        rows["trip"], rows["first"],
    )  # fmt: skip

    desk.open(f"{trip}/")
    waiting = desk.page.locator("#standby li")
    expect(waiting).to_have_count(2)
    desk.press(waiting.first.get_by_text(rows["other_code"]))
    expect(waiting).to_have_count(1)
    assert on_board(stage, rows["other"]) == ["罗燕"]


def test_a_seat_past_those_who_wait_asks_why(stage, lay_out):
    rows = lay_out("trips.passed_over")
    desk = stage.enter("wheels4")
    desk.open(f"/trips/{rows['trip']}/seats/{rows['seat']}/")
    give = desk.page.locator("form[action$='/book/']")
    desk.choose("case", str(rows["case"]))

    desk.press(give.locator("button[type=submit]"))
    assert on_board(stage, rows["trip"]) == []
    desk.fill("why_standby_first", "陪同未成年子女")
    desk.press(give.locator("button[type=submit]"))
    expect(desk.page.locator("#passengers")).to_contain_text("苗静")

    assert on_board(stage, rows["trip"]) == ["苗静"]


def test_a_trip_is_copied_and_two_half_empty_ones_become_one(stage, lay_out):
    rows = lay_out("trips.half_empty")
    desk = stage.enter("wheels5")
    desk.open(f"/trips/{rows['trip']}/copy/")
    desk.fill("day", "2026-03-09")
    desk.send("main form button[type=submit]")
    assert stage.one(
        "SELECT count(*) FROM transport_trip WHERE state = 'planned' AND departs_at = '2026-03-09 13:00+08'"
    )

    desk.open(f"/trips/{rows['trip']}/move/?merge=on")
    desk.press("button[value=preview]")
    desk.press("#preview button[value=move]")
    desk.page.wait_for_url(f"**/trips/{rows['other']}/")

    assert (state_of(stage, rows["trip"]), on_board(stage, rows["other"])) == ("cancelled", ["丁玲", "范云"])


def test_a_train_has_cars_with_places_and_a_manifest_for_each_and_takes_a_household_together(stage, lay_out):
    rows = lay_out("trips.train")
    desk = stage.enter("wheels6")
    desk.open(f"/trips/{rows['trip']}/seats/{rows['seat']}/")
    desk.sees("和同户 1 人")
    desk.choose("case", str(rows["case"]))
    desk.press("form[action$='/book/'] button[type=submit]")
    expect(desk.page.locator("#passengers")).to_contain_text("石磊")
    expect(desk.page.locator("#passengers")).to_contain_text("石兰")
    expect(desk.page.locator("#seats")).to_contain_text("5")
    expect(desk.page.locator(".wf-coach")).to_have_count(0)
    desk.shot("train")

    in_car_5, in_car_8 = (desk.paper(f"/trips/{rows['trip']}/manifest.pdf?copy=posted&car={car}") for car in (5, 8))
    assert [name in in_car_5 for name in ("石磊", "石兰", "白雪")] == [True, True, False]
    assert [name in in_car_8 for name in ("石磊", "石兰", "白雪")] == [False, False, True]


def test_at_a_desk_a_seat_is_booked_over_the_page_of_the_case(stage, lay_out):
    rows = lay_out("trips.to_be_seated")
    desk = stage.enter("wheels7")
    desk.open(f"/cases/{rows['case']}/")
    desk.press(".wf-next a[data-wf-dialog]")
    sheet = desk.page.locator("dialog.wf-sheet:modal")
    expect(sheet.locator("h1")).to_have_text("订座")
    desk.shot("book-over-the-case")

    desk.press(sheet.locator("button[value=book]"))

    sheet.wait_for(state="detached")
    desk.sees("已订")
    seats = "SELECT count(*) FROM transport_booking WHERE case_id = %s AND released_at IS NULL"
    assert stage.one(seats, rows["case"]) == 1  # on whichever trip of this file's is offered first
