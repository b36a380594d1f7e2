"""Outside one's area nobody exists: every address of the product, tried by everybody who has no business there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from cases import panels
from staff.models import User
from staff.roles import Role
from tests.one_of_everything import NAMES, OneOfEverything, make_one_of_everything
from tests.staff.factories import DAFANG, DAFANG_VILLAGE, FENGPING, HUAQI, YANJIAO, ZHIJIN, PostingFactory, UserFactory
from tests.workers.factories import NOON
from workers.models import JournalLine

TEMPLATES = settings.BASE_DIR / "templates"
DAFANG_TOWNSHIP = DAFANG_VILLAGE // 1000 * 1000
METHODS = ("get", "post")
FOUND, FORBIDDEN, NOT_FOUND, NO_SUCH_METHOD, SERVER_ERROR = 200, 403, 404, 405, 500
MANY_BUTTONS = 25

# Open without signing in, and why.
PUBLIC = {
    "healthz": "the machine that watches the machine has no login; says nothing but that it lives",
    "operations:readyz": "the same; says which part of the machine is missing, and nothing of people",
    "operations:metrics": "a Prometheus has a token of the environment; whoever has none finds nothing",
    "set_language": "Django's own switch of the language",
    "staff:login": "how one signs in",
    "staff:logout": "how one signs out",
    "staff:code": "between password and page: shown to whoever gave the right password, and to nobody else",
    "staff:set_password": "whoever got the link has no password yet: its token is the login, once and for two days",
    "staff:preferences": "somebody signed out keeps language and theme in a cookie",
    "jobs:verify_enter": "the employer types the code of a letter",
    "jobs:verify": "the employer scans a letter: shows what its holder can read on the paper, with the name masked",
    "fairs:confirm": "an employer says whether it comes; the signed link is its login, and it is about no person",
    "notifications:twilio_status": "the phone network reports on a text; the signature is its login",
    "notifications:twilio_inbound": "the phone network brings a reply; the signature is its login",
}
# About one worker or their papers, or one colleague: outside their village, these do not exist.
PERSONAL = {
    "worker_id", "case_id", "attempt_id", "placement_id", "letter_id", "message_id", "referral_id", "booking_id",
    "standby_id", "upload_id", "entry_id", "user_id", "posting_id", "batch_id", "handover_id",
    "selection_id",
}  # fmt: skip
# A fair or a trip is there for everybody whose people it serves: outside the county it does not exist.
OF_A_COUNTY = {"fair_id", "trip_id"}
# The same for the whole country: divisions, employers and their posts.
SHARED = {
    "notifications:wording", "notifications:first_wording", "operations:try_again",
    "areas:children", "cases:change_clock", "cases:withdraw_clock",
    *(f"jobs:{what}" for what in (
    "vacancy", "vacancy_change", "vacancy_close", "vacancy_reopen",
    "employer", "employer_change", "employer_hold", "employer_lift",
))}  # fmt: skip
# Lists, searches and empty forms: everybody's own area, so nobody of another one is named there.
LISTS = {
    "staff:home", "staff:me", "staff:password", "staff:people", "staff:new_person",
    "staff:factor", "staff:factor_setup", "staff:factor_off", "staff:recovery_codes", "staff:recovery_codes_anew",
    "staff:deeds", "staff:changes_of_settings", "staff:it_was_me", "staff:it_was_not_me", "staff:odd_sign_ins",
    "staff:sessions", "staff:end_session", "staff:end_other_sessions",
    "workers:add", "workers:villages", "workers:import",
    "notifications:list", "notifications:list_xlsx", "notifications:replies", "notifications:wordings",
    "staff:people_xlsx",
    "cases:settings", "cases:set_days", "cases:take_back_day",
    "cases:today", "cases:done", "cases:find", "cases:list", "cases:reassign",
    "cases:list_xlsx", "cases:find_in_list", "cases:save_filter", "cases:drop_filter",
    "jobs:vacancies", "jobs:vacancy_add", "jobs:employers", "jobs:employer_add",
    "jobs:vacancies_xlsx", "jobs:employers_xlsx", "transport:list_xlsx", "transport:arrivals_xlsx",
    "fairs:list", "fairs:list_xlsx", "fairs:add", "fairs:refer_many",
    "transport:list", "transport:add", "transport:arrivals",
    "insights:funnel", "insights:overview_xlsx", "staff:accesses", "staff:accesses_xlsx",
    "operations:overview",
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A named address and the arguments it takes."""

    name: str
    arguments: frozenset[str]

    def url(self, ids: dict[str, object]) -> str:
        known = ids | {"code": FENGPING} if self.name == "areas:children" else ids
        return reverse(self.name, kwargs={argument: known[argument] for argument in self.arguments})


def all_pages(resolver=None, spaces: tuple[str, ...] = ()) -> Iterator[Page]:
    """Every address."""
    for found in (resolver or get_resolver()).url_patterns:
        if isinstance(found, URLPattern):
            yield Page(":".join((*spaces, str(found.name))), frozenset(found.pattern.converters))
        else:
            yield from all_pages(found, (*spaces, found.namespace) if found.namespace else spaces)


def pages_about(*arguments: str) -> list[Page]:
    return [page for page in all_pages() if page.name not in PUBLIC.keys() | SHARED and page.arguments & set(arguments)]


def pages_in(names: set[str]) -> list[Page]:
    return [page for page in all_pages() if page.name in names]


def ask(client: Client, page: Page, everything: OneOfEverything, method: str) -> HttpResponse:
    """With whatever a form or a list could want to know. Who is signed in goes where an opened address leads."""
    posted = {name.removesuffix("_id"): value for name, value in everything.ids.items()}
    more = {"q": NAMES[0], "area": FENGPING, "cases": posted["case"], "bookings": posted["booking"], "state": "any"}
    follow = method == "get" and "sessionid" in client.cookies
    return getattr(client, method)(page.url(everything.ids), posted | more, follow=follow)


def answers(user: User | None, pages: list[Page], everything: OneOfEverything) -> dict[str, HttpResponse]:
    """{"get cases:case": ..., ...}; a page that does not know the method is left out."""
    client = client_of(user)
    asked = {f"{method} {page.name}": ask(client, page, everything, method) for page in pages for method in METHODS}
    return {what: answer for what, answer in asked.items() if answer.status_code != NO_SUCH_METHOD}


def client_of(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    client.sends_what_no_page_offers = True
    if user:
        client.force_login(user)
    return client


def from_another_county() -> list[User]:
    """Somebody of each role."""
    posts = {Role.VILLAGE_CADRE: DAFANG_VILLAGE, Role.TOWNSHIP_CADRE: DAFANG_TOWNSHIP}
    return [UserFactory(role=role, posted=posts.get(role, DAFANG), username=role) for role in Role]


def from_next_door() -> list[User]:
    return [
        UserFactory(village_cadre=True, posted=YANJIAO, username="next village"),
        UserFactory(township_cadre=True, posted=HUAQI, username="next township"),
    ]


def in_every_role(area: int, user: User | None = None) -> User:
    """One person who may do there whatever anybody may do; but the auditor, who is nobody else there."""
    user = user or UserFactory(username="everybody")
    for role in [role for role in Role if role != Role.AUDITOR]:
        PostingFactory(user=user, role=role, area_id=area)
    return user


def leaks_to(strangers: list[User], pages: list[Page], everything: OneOfEverything) -> list[str]:
    """Whatever is not a plain "not found", in words."""
    return [
        f"{user.username}: {what} answers {answer.status_code}"
        for user in strangers
        for what, answer in answers(user, pages, everything).items()
        if answer.status_code != NOT_FOUND
    ]


@pytest.fixture(autouse=True)
def noon(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def everything(db) -> OneOfEverything:
    return make_one_of_everything()


def test_every_address_is_filed_under_who_may_know_of_it():
    """A new page: say here whether it is about one worker, a fair, a trip, a list, or open to the public."""
    filed = PUBLIC.keys() | SHARED | LISTS
    about = PERSONAL | OF_A_COUNTY

    lost = [page.name for page in all_pages() if page.name not in filed and not page.arguments & about]
    gone = filed - {page.name for page in all_pages()}

    assert (lost, gone) == ([], set())


def test_whoever_serves_here_finds_every_page(everything):
    """The control: every address leads somewhere, and none breaks on answers it did not ask for."""
    pages, client = pages_about(*PERSONAL, *OF_A_COUNTY), client_of(in_every_role(ZHIJIN, everything.sent_by))
    found = {page.name: [undone(client, page, everything, method) for method in METHODS] for page in pages}

    unseen = [name for name, statuses in found.items() if set(statuses) <= {NOT_FOUND, NO_SUCH_METHOD}]
    broken = [name for name, statuses in found.items() if max(statuses) >= SERVER_ERROR]

    assert (unseen, broken) == ([], [])


def test_an_address_that_only_takes_a_press_opens_the_page_of_its_button(everything):
    """Nobody who reloads one, or keeps it, meets a blank 405; and none leads to the start page for want of a better."""
    client = client_of(in_every_role(ZHIJIN, everything.sent_by))
    pages = [page for page in all_pages() if page.name not in PUBLIC]
    to_press = [page for page in pages if client.options(page.url(everything.ids)).headers.get("Allow") == "POST"]

    ends = {page.name: ask(client, page, everything, "get") for page in to_press}

    assert len(to_press) > MANY_BUTTONS
    assert {name: end.status_code for name, end in ends.items() if end.status_code != FOUND} == {}
    assert [name for name, end in ends.items() if end.redirect_chain[0][0] == "/"] == []


def test_what_a_desk_opens_over_the_page_is_a_sheet(everything):
    """Links that say so, and the buttons of the next step."""
    links = [
        tag for path in TEMPLATES.rglob("*.html") for tag in re.findall(r"<a\b[^>]*data-wf-dialog", path.read_text())
    ]
    linked = {name for tag in links for name in re.findall(r"""url '([\w:]+)'""", tag)}
    names = linked | {action.url_name for action in panels.registry.actions.values()}
    client = client_of(in_every_role(ZHIJIN, everything.sent_by))

    over_the_page = {"HX-Request": "true", "HX-Target": "sheet"}
    found = {page.name: client.get(page.url(everything.ids), headers=over_the_page) for page in pages_in(names)}

    shown = {name: answer.content.decode() for name, answer in found.items() if answer.status_code == FOUND}
    assert [name for name, markup in shown.items() if "<dialog" not in markup or "<!DOCTYPE" in markup] == []
    assert ({"transport:book_for_case", "cases:close"} <= shown.keys(), len(names) > 8) == (True, True)


def undone(client: Client, page: Page, everything: OneOfEverything, method: str) -> int:
    """What the page answers; whatever it did is taken back."""
    with transaction.atomic():
        status = ask(client, page, everything, method).status_code
        transaction.set_rollback(True)
    return status


def test_nobody_of_another_county_finds_a_worker_a_fair_or_a_trip(everything):
    lines = JournalLine.objects.count()

    leaks = leaks_to(from_another_county(), pages_about(*PERSONAL, *OF_A_COUNTY), everything)

    assert (leaks, JournalLine.objects.count()) == ([], lines)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_a_posting_elsewhere_opens_and_moves_nothing_here(role, everything):
    """Whoever has this role here and every role in another county gets the answers of who has this role alone.

    An auditor comes to every row and may do nothing with it, an administrator reads no records: a page that asks for
    its role anywhere lets one of them do what they may not.
    """
    alone, both = UserFactory(username="alone", role=role), UserFactory(username="both", role=role)
    in_every_role(DAFANG, both)
    clients = client_of(alone), client_of(both)

    found = {
        f"{method} {page.name}": [undone(client, page, everything, method) for client in clients]
        for page in pages_about(*PERSONAL, *OF_A_COUNTY)
        for method in METHODS
    }

    refused = sum(status >= FORBIDDEN for _one, status in found.values())
    print(f"{role} here, every role elsewhere: {len(found)} requests, {refused} refused")
    assert {what: pair for what, pair in found.items() if pair[0] != pair[1]} == {}


def test_nobody_of_the_next_village_finds_a_worker(everything):
    lines = JournalLine.objects.count()

    leaks = leaks_to(from_next_door(), pages_about(*PERSONAL), everything)

    assert (leaks, JournalLine.objects.count()) == ([], lines)


def test_who_is_signed_out_is_sent_to_the_login_page(everything):
    pages = [page for page in all_pages() if page.name not in PUBLIC]

    let_in = [
        what
        for what, answer in answers(None, pages, everything).items()
        if not answer.headers.get("Location", "").startswith("/login/")
    ]

    assert let_in == []


def test_what_the_signed_in_are_shown_is_kept_by_no_browser_and_no_proxy(everything):
    """Pages, fragments and papers alike: on a shared phone the back button shows nobody to whoever comes after."""
    pages = [page for page in all_pages() if page.name not in PUBLIC]
    found = answers(in_every_role(ZHIJIN, everything.sent_by), pages, everything)

    kept = {what: answer.headers.get("Cache-Control") for what, answer in found.items() if not is_kept_nowhere(answer)}

    assert ("get cases:case" in found, kept) == (True, {})


def is_kept_nowhere(answer: HttpResponse) -> bool:
    return {"private", "no-store"} <= set(answer.headers.get("Cache-Control", "").split(", "))


def test_pages_for_everybody_name_nobody_from_elsewhere(everything):
    """Lists, searches and posts, also to who has every role elsewhere and looks after the system here; for the
    neighbour also the fair and the bus."""
    shared, lines = pages_in(LISTS | SHARED), JournalLine.objects.count()
    here_too = shared + pages_about(*OF_A_COUNTY - PERSONAL)

    stranger = in_every_role(DAFANG)
    PostingFactory(user=stranger, role=Role.ADMINISTRATOR, area_id=ZHIJIN)
    told = told_to([stranger], shared, everything) + told_to(from_next_door(), here_too, everything)

    assert (told, JournalLine.objects.count()) == ([], lines)


def test_pages_for_everybody_name_their_own_people(everything):
    """The control: the same questions do name them to somebody who serves there."""
    found = answers(in_every_role(ZHIJIN), pages_in({"cases:find", "cases:list"}), everything)

    names = {what: names_in(found[what]) for what in ("get cases:find", "get cases:list")}

    assert names == {"get cases:find": [NAMES[0]], "get cases:list": sorted(NAMES)}


def told_to(users: list[User], pages: list[Page], everything: OneOfEverything) -> list[str]:
    return [
        f"{user.username}: {what} tells of {name}"
        for user in users
        for what, answer in answers(user, pages, everything).items()
        for name in names_in(answer)
    ]


def names_in(answer: HttpResponse) -> list[str]:
    """What a search was given it may repeat, so the one searched for is known by their link."""
    text = b"".join(answer).decode(errors="replace")
    return sorted(name for name in NAMES if re.search(rf"{name}\s*</", text))
