"""The results of a booth, and the board that every desk shows: by plain forms and by htmx."""

import io
from datetime import timedelta

import pytest
import time_machine
from openpyxl import load_workbook

from fairs import services
from fairs.models import FairReferral
from fairs.refusals import NotCheckedIn, ResultAlreadyThere, UnknownCode
from staff.models import AccessLog
from tests.cases.pages import queries_of, signed_in, words_of
from tests.fairs.factories import NOON, FairFactory, ReferralFactory, fresh, offers_of
from tests.fairs.pages import url_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def desk(organiser):
    return signed_in(organiser)


@pytest.fixture
def fair():
    return FairFactory(running=True, posts=2)


@pytest.fixture
def booth(fair):
    return offers_of(fair)[0].booth


def here(fair, n=1, **more):
    return [ReferralFactory(fair=fair, came=True, **more) for _ in range(n)]


def page_of(fair, booth):
    return url_of("booth_results", fair.pk, booth.pk)


def row(referral, result, **more):
    said = {"result": result, "vacancy": offers_of(referral.fair)[0].vacancy_id} | more
    return {f"r{referral.pk}-{name}": value for name, value in said.items()}


def results(people):
    return [fresh(person).result for person in people]


def test_results_of_a_booth_are_entered_on_one_page(desk, fair, booth):
    people = here(fair, 4)
    answers = {
        **row(people[0], "hired", start_on="2026-03-09"),
        **row(people[1], "intent"),
        **row(people[2], "no_match", reason="wage"),
        **row(people[3], ""),
    }

    answer = desk.post(page_of(fair, booth), answers)

    assert (answer.status_code, results(people)) == (302, ["hired", "intent", "no_match", ""])
    assert [row[0].referral for row in desk.get(answer.url).context["rows"]] == [people[3]]


def test_a_row_that_is_refused_stays_with_the_reason_and_stops_no_other(desk, fair, booth):
    wrong, good, gone = here(fair, 3)
    page = desk.get(page_of(fair, booth))
    services.take_no(referral_id=gone.pk, at=NOON)
    FairReferral.objects.filter(pk=gone.pk).update(withdrawn_at=NOON, withdrawn_because="case_moved_on")

    answer = desk.post(page_of(fair, booth), {**row(wrong, "hired"), **row(good, "intent"), **row(gone, "intent")})

    assert len(page.context["rows"]) == 3
    assert (answer.status_code, results([wrong, good, gone])) == (422, ["", "intent", ""])
    assert "Hired needs a first day." in words_of(answer)
    assert "2 rows were not saved." in words_of(answer)


def test_the_page_has_who_wishes_for_a_post_there_and_whoever_is_added_by_code(desk, fair, booth):
    (wisher,), (other,) = here(fair), here(fair, wishes=offers_of(fair)[1:])
    ReferralFactory(fair=fair)

    plain = desk.get(page_of(fair, booth)).context["rows"]
    added = add(desk, fair, booth, other.code).context["rows"]

    assert [row[0].referral for row in plain] == [wisher]
    assert [row[0].referral for row in added] == [other, wisher]


def add(desk, fair, booth, code, **sent):
    return desk.post(page_of(fair, booth), {"add": "1", "code": code} | sent)


def test_one_row_added_after_another_leaves_the_first_and_what_is_chosen_in_the_others(desk, fair, booth):
    wisher, first, second = here(fair)[0], *here(fair, 2, wishes=offers_of(fair)[1:])
    chosen = row(wisher, "no_match", reason="wage", note="下次再来")

    page = add(desk, fair, booth, second.code, codes=first.code, **chosen)

    forms = {person.referral: form for person, form in page.context["rows"]}
    assert (set(forms), results([wisher])) == ({wisher, first, second}, [""])
    assert [forms[wisher][name].value() for name in ("result", "reason", "note")] == ["no_match", "wage", "下次再来"]


def test_who_was_added_stays_on_the_sheet_until_a_result_is_saved(desk, fair, booth):
    first, second = here(fair, 2, wishes=offers_of(fair)[1:])
    codes = {"codes": f"{first.code},{second.code}"}

    page = desk.post(page_of(fair, booth), codes | row(first, "intent"), follow=True)

    assert ([person.referral for person, _form in page.context["rows"]], results([first])) == ([second], ["intent"])


@pytest.mark.parametrize(
    "who,refusal", [(None, UnknownCode), ({}, NotCheckedIn), ({"no_match": True}, ResultAlreadyThere)]
)
def test_a_code_that_adds_nobody_says_why_and_loses_nothing(desk, fair, booth, who, refusal):
    wisher = here(fair)[0]
    code = "000000" if who is None else ReferralFactory(fair=fair, **who).code

    page = add(desk, fair, booth, code, **row(wisher, "intent"))

    assert (page.status_code, type(page.context["refusal"])) == (409, refusal)
    assert page.context["rows"][0][1]["result"].value() == "intent"


def test_a_booth_that_hires_more_than_it_promised_is_asked_and_then_believed(desk, fair, booth):
    people = here(fair, 7)
    hired = [row(person, "hired", start_on="2026-03-09") for person in people]

    first = desk.post(page_of(fair, booth), {name: value for answer in hired[:6] for name, value in answer.items()})
    sixth = {**hired[5], f"r{people[5].pk}-beyond": "on"}
    yes = desk.post(page_of(fair, booth), sixth)
    alone = desk.post(url_of("result", people[6].pk), single(people[6]))
    known = desk.post(url_of("result", people[6].pk), single(people[6]) | {"beyond": "on"})

    assert first.status_code == 422
    assert "promised 5 of these posts here and has hired 5 already" in words_of(first)
    assert "Promised and hired here:" in words_of(first)
    assert (yes.status_code, fresh(people[5]).result) == (302, "hired")
    assert (alone.status_code, alone.context["form"]["beyond"].name in alone.content.decode()) == (409, True)
    assert (known.status_code, fresh(people[6]).result) == (302, "hired")
    assert "(2 more than promised)" in words_of(desk.get(url_of("fair", fair.pk)))


def single(referral):
    post = offers_of(referral.fair)[0].vacancy_id
    return {"result": "hired", "vacancy": post, "start": "own", "start_on": "2026-03-09", "needs_transport": "yes"}


def test_a_forged_row_of_another_fair_is_left_alone(desk, fair, booth):
    (elsewhere,) = here(FairFactory(running=True))

    desk.post(page_of(fair, booth), row(elsewhere, "intent") | {"rx-result": "intent", "r²-result": "intent"})

    assert results([elsewhere]) == [""]


def test_only_who_runs_the_fair_enters_them(cadre, fair, booth):
    assert signed_in(cadre).get(page_of(fair, booth)).status_code == 403


def test_the_page_counts_queries_once(desk, fair, booth):
    here(fair)
    one = queries_of(desk, page_of(fair, booth))
    here(fair, 2)

    assert queries_of(desk, page_of(fair, booth)) == one


# The board


def live(desk, fair, seen=""):
    return desk.get(url_of("live", fair.pk), {"seen": seen} if seen else {}, headers=HTMX)


def test_counters_and_board_are_live_on_every_desk(desk, fair):
    pages = [desk.get(url_of(name, fair.pk)) for name in ("fair", "check_in")]
    seen = pages[0].context["pulse"]
    quiet = live(desk, fair, seen)
    ReferralFactory(fair=fair, came=True)

    after = live(desk, fair, seen)

    assert [page.content.decode().count(f"live/?seen={seen}") for page in pages] == [1, 1]
    assert (quiet.status_code, after.status_code) == (204, 200)
    for part in ('id="figures"', 'id="hall"', 'id="recent"'):
        assert part in after.content.decode()
    assert after.context["numbers"].came == 1


def test_the_heading_of_the_door_follows_the_figures_under_it(desk, fair):
    door = {**HTMX, "HX-Current-URL": f"http://testserver{url_of('check_in', fair.pk)}"}
    ReferralFactory(fair=fair, came=True)

    answers = [desk.get(url_of("live", fair.pk), headers=headers).content.decode() for headers in (door, HTMX)]

    assert ["1 person has come" in answer for answer in answers] == [True, False]


@pytest.mark.parametrize("deed", ["undo", "result", "no", "close"])
def test_whatever_happens_moves_the_board(desk, fair, deed):
    person, guest = ReferralFactory(fair=fair, came=True), ReferralFactory(fair=fair)
    seen, by = live(desk, fair).context["pulse"], fair.organiser
    later = NOON + timedelta(minutes=1)
    {
        "undo": lambda: services.undo_check_in(referral=person, by=by, at=later),
        "result": lambda: services.record_result(
            referral=person, interview=services.InterviewResult(result="no_match", reason="wage"), by=by, at=later
        ),
        "no": lambda: services.take_no(referral_id=guest.pk, at=later),
        "close": lambda: services.finish_fair(fair=fair, by=by, at=later, knows_early=True),
    }[deed]()

    assert live(desk, fair, seen).status_code == 200


def test_a_cadre_sees_the_figures_live_and_no_strangers_name(neighbour, fair):
    ReferralFactory(fair=fair, came=True, name="韦海燕")

    answer = live(signed_in(neighbour), fair)

    assert (answer.context["numbers"].came, "韦海燕" in answer.content.decode()) == (1, False)


# The people as a file


def test_the_people_of_a_fair_are_a_file_and_stand_in_the_log(desk, fair, organiser):
    came, guest = ReferralFactory(fair=fair, came=True), ReferralFactory(fair=fair)

    answer = desk.get(url_of("people_xlsx", fair.pk), {"show": "came"})
    rows = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]

    assert [row[0] for row in rows.iter_rows(min_row=2, values_only=True)] == [came.worker.name]
    logged = AccessLog.objects.filter(user=organiser, what="exported").values_list("worker_id", flat=True)
    assert (list(logged), guest.worker_id in logged) == ([came.worker_id], False)


def test_a_cadre_gets_the_names_of_their_own_people_without_codes(cadre, neighbour, fair):
    ReferralFactory(fair=fair, name="韦海燕")

    def rows(user):
        answer = signed_in(user).get(url_of("people_xlsx", fair.pk))
        sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
        return [(row[0], row[3]) for row in sheet.iter_rows(min_row=2, values_only=True)]

    assert (rows(cadre), rows(neighbour)) == ([("韦海燕", None)], [])
