"""What is done on a page before its picture is taken. None of it changes what another picture shows."""

from itertools import count, cycle

from playwright.sync_api import Page, expect

from config import broken

NEXT_OWNER = cycle((1, 2))
MISTYPED = count(1)
TRIES = 8
ANSWERS = ("document", "xhr", "fetch")


def settle(page: Page) -> None:
    """Everything that the page asks for by itself has come."""
    expect(page.locator("[hx-trigger=load], .htmx-request")).to_have_count(0)


def answered(page: Page, deed) -> None:
    """Wait for what the deed asked the server."""
    with page.expect_response(lambda answer: answer.request.resource_type in ANSWERS):
        deed()
    settle(page)


def send(page: Page) -> None:
    """The form of the page as it stands, past what the browser itself would refuse."""
    form = page.locator("dialog form, main form[method=post], main form").first
    answered(page, lambda: form.evaluate("form => { form.noValidate = true; form.requestSubmit() }"))


def send_empty(page: Page) -> None:
    page.evaluate("""document.querySelectorAll("dialog form *, main form *").forEach((control) => {
        if (control.matches("[type=radio], [type=checkbox]")) control.checked = false;
        else if (control.matches("input:not([type=hidden]), textarea, select")) control.value = "";
    })""")
    send(page)


def sign_in_wrong(page: Page) -> None:
    page.fill("[name=username]", f"mistyped{next(MISTYPED)}")  # one name tried too often is locked
    page.fill("[name=password]", "wrong")
    send(page)


def sign_in_too_often(page: Page) -> None:
    for _ in range(TRIES):
        if not page.locator("[name=password]").count():
            return
        page.fill("[name=username]", "guessed")
        page.fill("[name=password]", "wrong")
        send(page)


def send_without_token(page: Page) -> None:
    page.context.clear_cookies()
    sign_in_wrong(page)


def break_down(page: Page) -> None:
    """The page that the server shows when it can render nothing else."""
    _show_broken(page, 500)


def be_too_many(page: Page) -> None:
    _show_broken(page, 503)


def _show_broken(page: Page, status: int) -> None:
    sorry = {"status": status, "headers": dict(broken.page(status).headers), "body": broken.body(status)}
    page.route("**/broken", lambda route: route.fulfill(**sorry))
    page.goto(page.url.split("/login")[0] + "/broken")


def open_panels(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details.wf-panel').forEach(panel => { panel.open = true })")
    settle(page)


def open_first_sheet(page: Page) -> None:
    press(page, "[hx-target='#sheet']:visible")


def open_first_seat(page: Page) -> None:
    press(page, ".tr-row [hx-get], .tr-row button, .tr-row a")


def press(page: Page, selector: str) -> None:
    answered(page, page.locator(selector).first.click)


def give_first_reason(page: Page) -> None:
    page.locator("dialog label:has([name=reason])").first.click()
    send(page)


def reached_somebody(page: Page) -> None:
    choose(page, "outcome", "spoke_to_worker")
    choose(page, "status", "unemployed_willing")


def met_somebody(page: Page) -> None:
    choose(page, "outcome", "visited_met")
    choose(page, "status", "unemployed_willing")
    choose(page, "wish_place", "省外")


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"label:has([name={name}][value='{value}'])").click()


def close_as_unreachable(page: Page) -> None:
    choose(page, "reason", "unreachable")
    send(page)


def hand_over_everything(page: Page) -> None:
    page.check("[name=everything]")
    hand_over(page, 1)


def hand_over_the_last(page: Page) -> None:
    """To one and the other by turns, so that there is always something to hand over."""
    for box in page.locator("[name=cases]").all()[-3:]:
        box.check()
    hand_over(page, next(NEXT_OWNER))
    answered(page, lambda: page.click("main form.wf-card-foot button[type=submit]"))


def hand_over(page: Page, owner: int) -> None:
    page.select_option("select[name=owner]:not([data-wf-submit])", index=owner)
    answered(page, lambda: page.locator("form[action$='/reassign/']").evaluate("form => form.requestSubmit()"))


def refer_everything(page: Page) -> None:
    page.check("[name=everything]")
    answered(page, lambda: page.click("button[formaction$='/refer-to-fair/']"))


def unknown_at_the_door(page: Page) -> None:
    knock(page, "000000")


def a_name_at_the_door(page: Page) -> None:
    knock(page, "杨")


def knock(page: Page, said: str) -> None:
    page.fill("[name=digits]", said)
    send(page)


def look_who_fits(page: Page) -> None:
    page.locator("button[value=preview]").click()
    page.locator("#preview").wait_for()
