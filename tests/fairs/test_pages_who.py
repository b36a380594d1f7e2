"""Who may open what: every address of the app, by role and by area."""

import pytest
import time_machine

from cases.services import keep_selection
from fairs import services
from fairs.models import Fair
from fairs.urls import urlpatterns
from staff.models import AccessLog
from staff.roles import FAIR_RUNNERS, PLACERS
from tests.cases.pages import signed_in, words_of
from tests.fairs.factories import NOON, FairFactory, ReferralFactory, contacted_case, offers_of
from tests.fairs.pages import NEEDS, url_of, visit
from tests.staff.factories import DAFANG, FENGPING, HUAQI, HUAQI_VILLAGE, PostingFactory, UserFactory, area_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def fair():
    return FairFactory(running=True, posts=2)


@pytest.fixture
def keys(fair):
    """Something of everything: without it a 404 would prove nothing."""
    guest, offer = ReferralFactory(fair=fair), offers_of(fair)[1]
    return {
        "fair": fair.pk,
        "booth": offer.booth_id,
        "offer": offer.pk,
        "referral": guest.pk,
        "case": guest.case_id,
        "part": 1,
        "selection": keep_selection(case_ids=[guest.case_id], query="", by=UserFactory(supervisor=True), at=NOON).pk,
        "batch": services.refer_many(fair=fair, case_ids=[], by=fair.organiser, at=NOON).pk,
    }


OWN = {"refer_chosen"}  # what somebody chose is there for them alone
LEAD_ON = {"case_result", "referral", "choose_people"}  # to the page of what they name
READ_ONLY = {"list", "fair", "people", "live", "list_xlsx", "people_xlsx", "booths_xlsx"}


def statuses(user, keys, names=NEEDS):
    client = signed_in(user)
    return {name: visit(client, name, keys).status_code for name in names}


def test_every_address_of_the_app_is_walked():
    """The page of an employer is open to whoever holds its link."""
    assert {pattern.name for pattern in urlpatterns} == {*NEEDS, "confirm"}


def test_nobody_sees_anything_before_signing_in(client, keys):
    answers = {name: visit(client, name, keys) for name in NEEDS}

    assert {name for name, answer in answers.items() if not answer.url.startswith("/login/")} == set()


def test_the_organiser_opens_every_page(organiser, keys):
    shown = {name for name, (_, takes_post) in NEEDS.items() if not takes_post} - LEAD_ON - OWN

    assert set(statuses(organiser, keys, shown).values()) == {200}


def test_the_supervisor_opens_every_page(keys):
    shown = {name for name, (_, takes_post) in NEEDS.items() if not takes_post} - LEAD_ON - OWN

    assert set(statuses(UserFactory(supervisor=True), keys, shown).values()) == {200}


@pytest.mark.parametrize("role", ["fair_organiser", "supervisor", "township_cadre", "village_cadre", "auditor"])
def test_the_next_county_finds_nothing_here(role, keys):
    outsider = UserFactory(role=role, posted=DAFANG)

    found = {name: status for name, status in statuses(outsider, keys).items() if status != 404}

    assert found == {
        "list": 200, "list_xlsx": 200, "add": 200 if role in FAIR_RUNNERS else 403,
        "refer_many": 302 if role in PLACERS else 403,
    }  # fmt: skip


def test_the_township_beside_sees_the_countys_fair_and_nobody_of_ours(neighbour, keys, fair):
    found = statuses(neighbour, keys)

    seen = {name for name, status in found.items() if status == 200}
    assert seen == {*READ_ONLY, "slips_pdf"}
    assert {name for name in ("result", "slip_pdf", "refer", "panel", "case_result") if found[name] != 404} == set()
    page = signed_in(neighbour).get(url_of("people", fair.pk))
    assert (page.context["page"].people, page.context["numbers"].all) == ([], 0)


def test_a_cadre_below_sends_people_and_changes_nothing_of_the_fair(cadre, keys):
    found = statuses(cadre, keys)

    assert {name for name, status in found.items() if status == 403} == {
        "add", "edit", "open", "start", "finish", "cancel", "call", "booths", "remove_booth", "offer",
        "withdraw_offer", "licence", "licence_pdf", "booth_results", "check_in", "walk_in", "newcomer",
        "undo_check_in",
    }  # fmt: skip
    assert {
        found[name] for name in ("list", "fair", "people", "slips_pdf", "slip_pdf", "result", "refer", "panel")
    } == {200}


def test_an_auditor_reads_and_changes_nothing(keys):
    found, seen = statuses(UserFactory(auditor=True), keys), {*READ_ONLY, "panel"}

    assert {name for name, status in found.items() if status == 200} == seen
    assert {status for name, status in found.items() if name not in seen} <= {403, 404, 302}


@pytest.mark.parametrize("role", ["administrator", "transport_organiser", "rights_officer"])
def test_other_roles_see_figures_and_no_names(role, keys, fair):
    here = ReferralFactory(fair=fair, came=True, name="韦海燕")
    found = statuses(UserFactory(role=role), keys)

    assert {found[name] for name in ("people", "slips_pdf", "check_in")} == {403}
    assert {found[name] for name in ("result", "slip_pdf", "refer")} <= {403, 404}
    page = signed_in(UserFactory(role=role)).get(url_of("fair", fair.pk))
    assert (page.status_code, here.worker.name in words_of(page)) == (200, False)


def test_a_role_counts_only_where_it_is_held(keys, fair):
    """Auditor of the county, and cadre of one village beside: no cadre here."""
    user = UserFactory(auditor=True)
    PostingFactory(user=user, role="village_cadre", area=area_of(HUAQI_VILLAGE))

    found = statuses(user, keys)

    assert {found[name] for name in ("result", "slip_pdf", "refer", "check_in", "edit", "cancel")} == {403}


def test_an_organiser_of_a_township_does_not_run_the_countys_fair(keys):
    user = UserFactory(fair_organiser=True, posted=HUAQI)

    found = statuses(user, keys)

    assert {found[name] for name in ("edit", "open", "finish", "cancel", "check_in", "booths")} == {403}
    assert Fair.objects.get().state == "running"


def test_somebody_with_two_postings_is_judged_by_the_one_that_covers_the_fair(keys):
    user = UserFactory(village_cadre=True, posted=FENGPING)
    PostingFactory(user=user, role="fair_organiser", area=area_of(DAFANG))

    found = statuses(user, keys)

    assert (found["check_in"], found["edit"], found["refer"]) == (403, 403, 200)


def test_a_cadre_finds_their_own_people_on_the_list_and_the_figures_of_all(cadre, fair):
    own = ReferralFactory(fair=fair, came=True)
    ReferralFactory(fair=fair, came=True, area=area_of(HUAQI_VILLAGE))
    client = signed_in(cadre)

    page, people = client.get(url_of("fair", fair.pk)), client.get(url_of("people", fair.pk))

    assert page.context["page"].numbers.came == 2
    assert [person.referral for person in page.context["page"].recent] == [own]
    assert [person.referral for person in people.context["page"].people] == [own]


def test_figures_link_to_their_list_only_for_who_sees_as_many(cadre, organiser, fair):
    link = f"{url_of('people', fair.pk)}?show=invited"

    pages = {
        name: (signed_in(user).get(url).content.decode().count(link))
        for user in (cadre, organiser)
        for name, url in [((user.username, "fair"), url_of("fair", fair.pk)), ((user.username, "list"), url_of("list"))]
    }

    assert [n for (name, _), n in pages.items() if name == cadre.username] == [0, 0]
    assert [n for (name, _), n in pages.items() if name == organiser.username] == [1, 1]


def test_who_prints_a_slip_is_written_down(organiser, fair):
    guests = [ReferralFactory(fair=fair) for _ in range(2)]
    client = signed_in(organiser)

    client.get(url_of("slips_pdf", fair.pk, 1))
    client.get(url_of("slip_pdf", guests[0].pk))

    logged = AccessLog.objects.filter(user=organiser, what="printed").order_by("pk")
    assert [entry.worker_id for entry in logged] == [guests[0].worker_id, guests[1].worker_id, guests[0].worker_id]


def test_reading_a_page_changes_nothing(organiser, keys, fair):
    before = list(Fair.objects.values()), list(fair.referrals.values())

    statuses(organiser, keys, {name for name, (_, takes_post) in NEEDS.items() if not takes_post})

    assert (list(Fair.objects.values()), list(fair.referrals.values())) == before


def test_what_changes_something_takes_no_get(organiser, keys):
    client = signed_in(organiser)

    asked = {
        name: client.get(url_of(name, *(keys[key] for key in needed))).status_code
        for name, (needed, takes_post) in NEEDS.items()
        if takes_post
    }

    assert set(asked.values()) == {302}


def test_a_person_off_the_list_has_no_slip(organiser):
    gone = ReferralFactory(withdrawn=True)

    answer = signed_in(organiser).get(url_of("slip_pdf", gone.pk))

    assert (answer.status_code, "no longer on the fair's list" in words_of(answer)) == (409, True)


def test_a_cadre_of_the_fairs_township_does_not_see_a_case_elsewhere(fair):
    contacted_case(area=area_of(HUAQI_VILLAGE))
    elsewhere = ReferralFactory(fair=fair, area=area_of(HUAQI_VILLAGE))
    client = signed_in(UserFactory(village_cadre=True))

    assert client.get(url_of("refer", elsewhere.case_id)).status_code == 404
    assert client.get(url_of("result", elsewhere.pk)).status_code == 404
