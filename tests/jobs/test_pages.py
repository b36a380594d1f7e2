"""The pages of jobs as a browser asks for them: what is shown, what a wrong answer says, and that twice is once."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case
from jobs import services
from jobs.models import Employer, Introduction, Letter, Placement, Vacancy
from staff.models import AccessLog
from tests.jobs.factories import (
    NOON,
    START,
    TODAY,
    EmployerFactory,
    VacancyFactory,
    contacted_case,
    place,
    placed_case,
    printed,
)
from tests.kit.photos import a_photo
from tests.staff.factories import DAFANG, DAFANG_VILLAGE, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon_in_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def township(client):
    return sign_in(client, township_cadre=True)


@pytest.fixture
def village(client):
    return sign_in(client, village_cadre=True)


def sign_in(client, **role):
    user = UserFactory(language="en", **role)
    client.force_login(user)
    return user


def url(name: str, *args) -> str:
    return reverse(f"jobs:{name}", args=args)


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# ---- introducing ----------------------------------------------------------------------------------------------------


def test_a_village_cadre_introduces_in_one_form(client, village):
    case, vacancy = contacted_case(), VacancyFactory()

    shown = client.get(url("introduce", case.pk))
    sent = client.post(url("introduce", case.pk), {"vacancy": vacancy.pk, "once": uuid4()})

    assert (shown.status_code, vacancy.employer.name in words(shown)) == (200, True)
    assert (sent.status_code, sent.url) == (302, reverse("cases:case", args=[case.pk]))
    assert list(Introduction.objects.values_list("vacancy", "introduced_by")) == [(vacancy.pk, village.pk)]


def test_introducing_twice_with_one_form_is_one_introduction(client, village):
    case, vacancy, once = contacted_case(), VacancyFactory(), uuid4()

    for _ in range(2):
        client.post(url("introduce", case.pk), {"vacancy": vacancy.pk, "once": once})

    assert Introduction.objects.count() == 1


def test_introducing_to_a_post_filled_meanwhile_says_so_and_changes_nothing(client, village):
    case, vacancy = contacted_case(), VacancyFactory(headcount=1, full=True)

    response = client.post(url("introduce", case.pk), {"vacancy": vacancy.pk})

    case.refresh_from_db()
    assert (response.status_code, case.state) == (409, "contacted")
    assert "Every opening of this post is taken." in words(response)


def test_introducing_without_a_choice_asks_for_one(client, village):
    case, _ = contacted_case(), VacancyFactory()

    response = client.post(url("introduce", case.pk), {"once": uuid4()})

    assert (response.status_code, "Choose a post." in words(response)) == (422, True)


def test_the_list_of_posts_can_be_searched_and_says_when_nothing_fits(client, village):
    case, _ = contacted_case(), VacancyFactory(title="针车工")

    found = client.get(url("introduce", case.pk), {"q": "针车"})
    nothing = client.get(url("introduce", case.pk), {"q": "飞行员"})

    assert ("针车工" in words(found), "No post fits" in words(nothing)) == (True, True)


# ---- results and placements -----------------------------------------------------------------------------------------


def hired(**changes) -> dict:
    answers = {
        "start": "monday",
        "wage": "5200",
        "evidence": "employer_word",
        "evidence_note": "何经理",
        "once": uuid4(),
    }
    return answers | {"needs_transport": "yes"} | changes


@pytest.fixture
def introduction(db):
    return services.introduce(case=contacted_case(), vacancy=VacancyFactory(), by=None, at=NOON)


def test_hired_through_the_result_page_places_the_worker(client, village, introduction):
    answers = hired(result="hired", introduction=introduction.pk)

    client.post(url("introduction_result", introduction.case_id), answers)

    placement = Placement.objects.get()
    assert (placement.start_on, placement.wage, placement.evidence_note) == (date(2026, 3, 9), 5200, "何经理")


def test_hired_without_its_answers_names_each_that_is_missing(client, village, introduction):
    response = client.post(url("introduction_result", introduction.case_id), {"result": "hired"})

    text = words(response)
    assert response.status_code == 422
    for sentence in ("Choose the first day of work.", "Choose how you know it.", "Say whether a seat is needed."):
        assert sentence in text


def test_a_replayed_result_is_not_taken_for_the_next_introduction(client, village, introduction):
    answers = {"result": "not_hired", "introduction": introduction.pk}
    client.post(url("introduction_result", introduction.case_id), answers)
    introduction.case.refresh_from_db()
    later = services.introduce(case=introduction.case, vacancy=VacancyFactory(), by=None, at=NOON)

    client.post(url("introduction_result", introduction.case_id), answers)

    later.refresh_from_db()
    assert later.is_open


def test_a_result_nobody_waits_for_is_refused(client, village):
    response = client.get(url("introduction_result", contacted_case().pk))

    assert (response.status_code, "No introduction is waiting" in words(response)) == (409, True)


@pytest.mark.parametrize(
    ("page", "answers"),
    [
        ("introduce", lambda: {"vacancy": VacancyFactory().pk}),
        ("place", lambda: hired(vacancy=VacancyFactory().pk)),
    ],
)
def test_what_was_just_entered_is_taken_back_where_it_is_said(client, village, page, answers):
    case = contacted_case()
    said = client.post(url(page, case.pk), answers(), follow=True)

    (message,) = said.context["messages"]
    undone = client.post(message.extra_tags)

    case = Case.objects.get(pk=case.pk)
    assert (f'action="{message.extra_tags}"' in said.content.decode(), undone.status_code) == (True, 302)
    assert case.state == "contacted"


def test_a_job_found_alone_is_confirmed_with_an_employer_entered_on_the_way(client, village):
    case = contacted_case()
    answers = hired(vacancy="elsewhere", employer_name="永康市晨光五金厂", area="浙江省永康市", start="own")

    client.post(url("place", case.pk), answers | {"start_on": "2026-03-10"})

    placement = Placement.objects.get()
    assert (placement.employer.name, placement.area_id) == ("永康市晨光五金厂", 330784000000)
    assert (placement.found_through, placement.start_on) == ("self", date(2026, 3, 10))


def test_the_same_employer_is_not_entered_twice(client, village):
    for case in (contacted_case(), contacted_case()):
        answers = hired(vacancy="elsewhere", employer_name="永康市晨光五金厂", area="永康市")
        client.post(url("place", case.pk), answers)

    assert (Employer.objects.count(), Placement.objects.count()) == (1, 2)


@pytest.mark.parametrize("place_words", ["火星", "朝阳区"])
def test_a_place_nobody_knows_or_several_share_is_asked_for_again(client, village, place_words):
    answers = hired(vacancy="elsewhere", employer_name="某厂", area=place_words)

    response = client.post(url("place", contacted_case().pk), answers)

    assert (response.status_code, "Write province and city" in words(response)) == (422, True)


def test_a_contract_photo_is_kept_under_a_name_of_our_own_and_opened_only_on_the_record(client, village):
    case, vacancy = contacted_case(), VacancyFactory()
    photo = SimpleUploadedFile("李国琴的合同.heic", a_photo("HEIF", taken_at_home=True), content_type="image/heic")
    answers = hired(vacancy=vacancy.pk, evidence="contract_photo", evidence_note="", evidence_file=photo)

    client.post(url("place", case.pk), answers)
    opened = client.get(url("placement_evidence", Placement.objects.get().pk))

    kept, shown = Placement.objects.get().evidence_file, b"".join(opened.streaming_content)
    with open(kept.path, "rb") as file:
        assert shown[:100] not in file.read()
    assert ("李国琴" in kept.name, kept.name[-4:], opened["Content-Type"]) == (False, ".jpg", "image/jpeg")
    assert shown.startswith(b"\xff\xd8\xff")
    assert AccessLog.objects.filter(worker_id=case.worker_id, user=village).count() == 1


def test_a_photo_that_cannot_be_opened_is_refused_beside_its_field(client, village):
    file = SimpleUploadedFile("contract.jpg", b"\xff\xd8\xff\xe0 a photo", content_type="image/jpeg")
    answers = hired(vacancy=VacancyFactory().pk, evidence="contract_photo", evidence_file=file)

    response = client.post(url("place", contacted_case().pk), answers)

    assert (response.status_code, "cannot be opened. Take the photo again" in words(response)) == (422, True)


@pytest.mark.parametrize("content,sentence", [(b"MZ\x90\x00", "Only a photo"), (b"<svg onload=x>", "Only a photo")])
def test_a_file_that_is_no_photo_is_refused_whatever_its_name_says(client, village, content, sentence):
    file = SimpleUploadedFile("contract.jpg", content, content_type="image/jpeg")
    answers = hired(vacancy=VacancyFactory().pk, evidence="contract_photo", evidence_file=file)

    response = client.post(url("place", contacted_case().pk), answers)

    assert (response.status_code, sentence in words(response)) == (422, True)


def test_ending_a_placement_through_its_page(client, township):
    placement = placed_case(vacancy=VacancyFactory()).placements.get()

    for _ in range(2):
        client.post(url("placement_end", placement.pk), {"because": "never_started", "ended_on": "2026-03-05"})

    placement.refresh_from_db()
    assert (placement.ended_because, placement.ended_by) == ("never_started", township)


@pytest.mark.parametrize(
    "because,day,status",
    [("taken_back", 0, 422), ("left", -3, 422), ("left", 1, 422), ("never_started", 1, 422), ("left", -2, 302)],
)
def test_a_job_ends_on_a_day_on_which_it_was_one_and_never_by_mistake(client, township, because, day, status):
    placement = placed_case(vacancy=VacancyFactory(), start_on=TODAY - timedelta(days=2)).placements.get()

    page = client.get(url("placement_end", placement.pk))
    answer = client.post(
        url("placement_end", placement.pk), {"because": because, "ended_on": f"{TODAY + timedelta(days=day)}"}
    )

    assert (answer.status_code, Placement.objects.current().count()) == (status, int(status == 422))
    assert 'value="taken_back"' not in page.content.decode()


# ---- letters ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def letter(introduction):
    return services.issue_letter(case=introduction.case, vacancy=introduction.vacancy, by=None, at=NOON)


def test_a_township_cadre_issues_prints_and_opens_a_letter(client, township, introduction):
    client.post(url("issue_letter", introduction.case_id), {"offer": "introduction", "valid_days": 15, "once": uuid4()})
    letter = Letter.objects.get()

    client.post(url("letter_print", letter.pk), {"seen": 0})
    pdf = client.get(url("letter_pdf", letter.pk))

    assert (pdf.status_code, pdf["Content-Type"], pdf.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert "no-store" in pdf["Cache-Control"]
    assert list(AccessLog.objects.values_list("what", flat=True)) == ["printed", "printed"]


def test_who_asks_for_a_second_letter_is_led_to_the_valid_one(client, township, letter):
    answer = {"offer": "introduction", "valid_days": 15, "once": uuid4()}

    refused = client.post(url("issue_letter", letter.case_id), answer)

    assert refused.status_code == 409
    assert f'href="{url("letter", letter.pk)}"' in refused.content.decode()


@pytest.mark.parametrize(
    "name, is_named", [("王\U00031350", True), ("王\ue123", True), ("王𠮷", False), ("王喆", False)]
)
def test_a_character_that_no_font_prints_is_named_before_the_letter_is_issued(
    client, township, introduction, name, is_named
):
    worker = introduction.case.worker
    worker.set_name(name)
    worker.save()

    page = words(client.get(url("issue_letter", introduction.case_id)))

    assert (f"No font here prints every character of {name} (U+{ord(name[1]):X})" in page) == is_named


def test_looking_at_the_pdf_again_counts_no_print_but_is_written_down(client, township, letter):
    client.post(url("letter_print", letter.pk), {"seen": 0})

    for _ in range(2):
        client.get(url("letter_pdf", letter.pk))

    letter.refresh_from_db()
    assert (letter.print_count, AccessLog.objects.filter(what="printed").count()) == (1, 3)


def test_the_pdf_is_not_given_before_the_first_print_is_counted(client, township, letter):
    response = client.get(url("letter_pdf", letter.pk))

    assert (response.status_code, "has not been printed yet" in words(response)) == (409, True)


def test_the_page_of_a_letter_names_the_unit_of_the_wage(client, township, letter):
    page = words(client.get(url("letter", letter.pk)))

    assert f"{letter.facts['wage_low']:,}" in page
    assert re.search(r"Monthly wage [\d,]+(–[\d,]+)? yuan", page)


def test_a_village_cadre_sees_the_letter_masked_but_never_the_paper(client, village, letter):
    services.print_letter(letter=letter, seen=0, by=village, at=NOON)

    page, pdf = client.get(url("letter", letter.pk)), client.get(url("letter_pdf", letter.pk))

    assert (page.status_code, pdf.status_code) == (200, 403)
    assert (letter.facts["id_masked"] in words(page), letter.worker.id_number in words(page)) == (True, False)


def test_a_case_without_a_job_gets_no_letter(client, township):
    response = client.get(url("issue_letter", contacted_case().pk))

    assert (response.status_code, "There is no job yet" in words(response)) == (409, True)


def test_revoking_asks_for_a_reason(client, township, letter):
    asked = client.post(url("letter_revoke", letter.pk), {"because": " "})
    client.post(url("letter_revoke", letter.pk), {"because": "岗位取消"})

    letter.refresh_from_db()
    assert (asked.status_code, letter.revoked_because, letter.revoked_by) == (422, "岗位取消", township)


def test_the_receipt_page_records_hired(client, village, letter):
    printed(letter)
    for _ in range(2):
        client.post(url("letter_receipt", letter.pk), hired(result="hired"))

    letter.refresh_from_db()
    assert (letter.receipt, letter.receipt_by, Placement.objects.count()) == ("hired", village, 1)


# ---- who may what, and where -----------------------------------------------------------------------------------------

ABOUT_A_WORKER = ("introduce", "introduction_result", "place", "issue_letter", "panel")


@pytest.fixture
def elsewhere(db):
    """A case in Dafang with everything a page of ours could show."""
    case = contacted_case(area=DAFANG_VILLAGE, name="尔古·阿依")
    services.introduce(case=case, vacancy=VacancyFactory(), by=None, at=NOON)
    letter = services.issue_letter(case=case, vacancy=case.introductions.get().vacancy, by=None, at=NOON)
    place(case, case.introductions.get().vacancy)
    return case, letter, case.placements.get()


def test_outside_the_area_nothing_about_a_worker_exists(client, elsewhere):
    case, letter, placement = elsewhere
    sign_in(client, supervisor=True)
    urls = [url(name, case.pk) for name in ABOUT_A_WORKER]
    urls += [url(name, placement.pk) for name in ("placement_end", "placement_evidence")]
    urls += [
        url(name, letter.pk) for name in ("letter", "letter_pdf", "letter_print", "letter_revoke", "letter_receipt")
    ]

    answers = {
        address: (client.get(address, follow=True).status_code, client.post(address).status_code) for address in urls
    }

    assert set(answers.values()) <= {(404, 404), (404, 405), (405, 404)}


def test_inside_the_area_the_same_pages_exist(client, elsewhere):
    case, letter, placement = elsewhere
    sign_in(client, supervisor=True, posted=DAFANG)

    shown = [url("letter", letter.pk), url("placement_end", placement.pk), url("panel", case.pk), url("place", case.pk)]

    assert [client.get(address).status_code for address in shown] == [200] * 4


def test_people_of_other_areas_are_counted_on_a_vacancy_but_not_named(client, elsewhere):
    case, _, placement = elsewhere
    sign_in(client, supervisor=True)

    text = words(client.get(url("vacancy", placement.vacancy_id)))

    assert (case.worker.name in text, "1 more person from outside your area" in text) == (False, True)


@pytest.mark.parametrize(
    "role,name,status",
    [
        ("auditor", "introduce", 403),
        ("auditor", "place", 403),
        ("auditor", "issue_letter", 403),
        ("auditor", "panel", 200),
        ("transport_organiser", "introduce", 403),
        ("fair_organiser", "introduce", 403),
        ("fair_organiser", "place", 200),
        ("village_cadre", "issue_letter", 403),
        ("village_cadre", "introduce", 200),
    ],
)
def test_each_role_reaches_what_its_policy_allows(client, role, name, status):
    case, _ = contacted_case(), VacancyFactory()
    sign_in(client, **{role: True})

    assert client.get(url(name, case.pk)).status_code == status


def test_nobody_signed_in_is_sent_to_the_login_page(client):
    case = contacted_case()

    answers = [client.get(address) for address in (url("introduce", case.pk), url("vacancies"), url("employers"))]

    assert [answer.status_code for answer in answers] == [302] * 3


# ---- the panel on the case page --------------------------------------------------------------------------------------


def test_the_panel_answers_without_being_opened(client, village):
    case = contacted_case()
    before = words(client.get(url("panel", case.pk), headers={"HX-Request": "true"}))
    place(case, VacancyFactory(employer__name="永康市晨光五金厂"))

    after = words(client.get(url("panel", case.pk), headers={"HX-Request": "true"}))

    assert ("No job yet" in before, "永康市晨光五金厂, from" in after) == (True, True)


def test_a_village_cadre_reads_where_the_letter_stands_and_who_issues_it(client, village):
    county = UserFactory(supervisor=True, display_name="县局")
    township = UserFactory(township_cadre=True, display_name="赵乡", phone="0857-7620001")
    case = placed_case(vacancy=VacancyFactory(employer__name="永康市晨光五金厂"))
    before = words(client.get(url("panel", case.pk), headers={"HX-Request": "true"}))
    letter = services.issue_letter(case=case, placement=case.placements.get(), by=township, at=NOON)

    after = words(client.get(url("panel", case.pk), headers={"HX-Request": "true"}))

    assert "No letter yet. The township issues it. 赵乡 0857-7620001 县局" in before
    assert ("; no letter yet" in before, "; has a letter" in after) == (True, True)
    assert (f"{letter.serial} issued 5 Mar by 赵乡 not printed yet" in after, str(county) in after) == (True, False)


def test_who_works_nearby_needs_no_letter_and_whoever_issues_them_is_not_told_who_does(client, village):
    nearby = placed_case(vacancy=VacancyFactory(nearby=True), needs_transport=False)
    far = placed_case(vacancy=VacancyFactory())
    sent = client.get(url("panel", nearby.pk), headers={"HX-Request": "true"})
    sign_in(client, township_cadre=True)

    answers = [words(sent), words(client.get(url("panel", far.pk), headers={"HX-Request": "true"}))]

    assert ["The township issues it" in answer for answer in answers] == [False, False]
    assert ["no letter yet" in answer for answer in answers] == [False, True]


def test_the_panel_is_a_whole_page_without_htmx(client, village):
    response = client.get(url("panel", contacted_case().pk))

    assert response.content.startswith(b"<!doctype html>") or b"<html" in response.content


# ---- employers and posts ---------------------------------------------------------------------------------------------

POST = {
    "title": "针车工", "area": "浙江省温州市", "headcount": 5, "wage_low": 4800, "wage_high": 6000, "board": "on",
    "lodging": "on", "age_min": 18, "age_max": 50, "open_from": "2026-03-05",
}  # fmt: skip


def add_url(employer) -> str:
    return f"{url('vacancy_add')}?employer={employer.pk}"


def test_an_employer_and_a_post_are_entered(client, township):
    answers = {"name": "温州合成鞋业有限公司", "kind": "company", "area": "温州市", "credit_code": "91330300MA2ABCDE1X"}
    client.post(url("employer_add"), answers | {"once": uuid4()})
    employer = Employer.objects.get()

    client.post(add_url(employer), POST | {"once": uuid4()})

    vacancy = Vacancy.objects.get()
    assert (employer.area_id, vacancy.area_id, vacancy.board, vacancy.night_shift) == (
        330300000000,
        330300000000,
        True,
        False,
    )


def test_the_same_post_sent_twice_is_one(client, township):
    employer, once = EmployerFactory(), uuid4()

    for _ in range(2):
        client.post(add_url(employer), POST | {"once": once})

    assert Vacancy.objects.count() == 1


@pytest.mark.parametrize(
    "wrong,sentence",
    [
        ({"wage_high": 4000}, "The higher wage is below the lower one."),
        ({"age_max": 17}, "The highest age is below the lowest."),
        ({"open_until": "2026-03-01"}, "The post would end before it opens."),
        ({"suits_minors": "on", "night_shift": "on"}, "People of 16 and 17 may not work at night."),
        ({"area": "火星"}, "This place is not found"),
        ({"age_min": 15}, "16"),
        ({"headcount": 0}, "1"),
    ],
)
def test_a_post_with_a_wrong_answer_says_which(client, township, wrong, sentence):
    response = client.post(add_url(EmployerFactory()), POST | wrong)

    assert (response.status_code, sentence in words(response), Vacancy.objects.count()) == (422, True, 0)


def test_a_post_needs_an_employer_first(client, township):
    response = client.get(url("vacancy_add"))

    assert (response.status_code, response.url) == (302, url("employers"))


def test_the_headcount_cannot_go_below_those_placed(client, township):
    vacancy = VacancyFactory(headcount=3)
    for _ in range(2):
        placed_case(vacancy=vacancy)

    response = client.post(url("vacancy_change", vacancy.pk), POST | {"headcount": 1})

    vacancy.refresh_from_db()
    assert (response.status_code, vacancy.headcount) == (409, 3)


def test_a_post_is_closed_and_opened_again(client, township):
    vacancy = VacancyFactory()

    client.post(url("vacancy_close", vacancy.pk))
    vacancy.refresh_from_db()
    closed = vacancy.closed_by
    client.post(url("vacancy_reopen", vacancy.pk))

    vacancy.refresh_from_db()
    assert (closed, vacancy.closed_at) == (township, None)


def test_a_second_employer_with_the_same_credit_code_is_refused(client, township):
    EmployerFactory(credit_code="91330300MA2ABCDE1X")
    answers = {"name": "别家", "kind": "company", "area": "温州市", "credit_code": "91330300MA2ABCDE1X"}

    response = client.post(url("employer_add"), answers)

    assert (response.status_code, Employer.objects.count()) == (409, 1)


def test_an_employer_is_put_on_hold_with_a_reason_and_released(client):
    sign_in(client, supervisor=True)
    employer = EmployerFactory()

    asked = client.post(url("employer_hold", employer.pk), {"because": ""})
    client.post(url("employer_hold", employer.pk), {"because": "欠薪"})
    employer.refresh_from_db()
    held = (employer.is_held, employer.hold_reason)
    client.post(url("employer_lift", employer.pk))

    employer.refresh_from_db()
    assert (asked.status_code, held, employer.is_held) == (422, (True, "欠薪"), False)


def test_the_page_of_an_employer_tells_who_put_it_on_hold_and_who_lifted_it(client):
    officer = sign_in(client, supervisor=True)
    employer = EmployerFactory()
    with time_machine.travel(NOON, tick=False):
        for because in ("欠薪", "另一个原因"):
            client.post(url("employer_hold", employer.pk), {"because": because})
        while_held = words(client.get(url("employer", employer.pk)))
    with time_machine.travel(NOON + timedelta(minutes=20), tick=False):
        for _press in range(2):
            client.post(url("employer_lift", employer.pk))
        after = words(client.get(url("employer", employer.pk)))

    (hold,) = employer.holds.all()
    assert (hold.because, hold.held_at, hold.held_by) == ("欠薪", NOON, officer)
    assert (hold.lifted_at, hold.lifted_by) == (NOON + timedelta(minutes=20), officer)
    told = [re.findall(rf"(Put on hold|Lifted) [^.]*? by {officer}", page) for page in (while_held, after)]
    assert told == [["Put on hold"], ["Put on hold", "Lifted"]]


def test_a_second_hold_is_a_second_line_on_the_page_and_costs_no_query_more(client, django_assert_num_queries):
    officer = sign_in(client, supervisor=True)
    employer = EmployerFactory()
    with CaptureQueriesContext(connection) as one:
        client.get(url("employer", employer.pk))
    for because in ("欠薪", "扣押证件", "欠薪未清"):
        services.hold_employer(employer=employer, because=because, by=officer, at=NOON)
        services.lift_hold(employer=employer, by=officer, at=NOON)

    with django_assert_num_queries(len(one)):
        page = words(client.get(url("employer", employer.pk)))

    assert [because in page for because in ("欠薪", "扣押证件", "欠薪未清")] == [True] * 3


def test_holds_are_kept_for_ever():
    employer = EmployerFactory()
    services.hold_employer(employer=employer, because="欠薪", by=None, at=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        employer.holds.all().delete()


@pytest.mark.parametrize("name", ["employer_add", "vacancy_add"])
def test_a_village_cadre_reads_but_does_not_keep(client, village, name):
    assert (client.get(url("vacancies")).status_code, client.get(url(name)).status_code) == (200, 403)


def titles(response) -> list[str]:
    return sorted(row.vacancy.title for row in response.context["page"].rows)


@pytest.mark.parametrize(
    "answers,found",
    [
        ({}, ["a", "b"]),
        ({"q": "a"}, ["a"]),
        ({"place": "浙江"}, ["a"]),
        ({"place": "织金县"}, ["b"]),
        ({"place": "火星"}, []),
        ({"wage": 5000}, ["a"]),
        ({"wage": "many"}, ["a", "b"]),
        ({"benefits": "board"}, ["a"]),
        ({"benefits": "lodging"}, ["a"]),
        ({"benefits": "both"}, ["a"]),
        ({"benefits": "everything"}, ["a", "b"]),
        ({"state": "closed"}, ["c", "d"]),
        ({"state": "full"}, ["e"]),
        ({"state": "any"}, ["a", "b", "c", "d", "e"]),
    ],
)
def test_the_list_of_vacancies_can_be_narrowed(client, village, answers, found):
    VacancyFactory(title="a", wage_high=5600)
    VacancyFactory(title="b", nearby=True, wage_low=3000, wage_high=4000, board=False, lodging=False)
    VacancyFactory(title="c", closed=True)
    VacancyFactory(title="d", open_until=TODAY - timedelta(days=1))
    VacancyFactory(title="e", headcount=1, full=True)

    assert titles(client.get(url("vacancies"), answers)) == found


def test_a_long_list_of_vacancies_has_pages(client, village):
    for number in range(51):
        VacancyFactory(title=f"{number}")

    first = client.get(url("vacancies"))
    second = client.get(first.context["next_url"])

    assert (len(first.context["page"].rows), titles(second), second.context["next_url"]) == (50, ["0"], "")


@pytest.mark.parametrize("name", ["vacancies", "employers"])
def test_a_longer_list_costs_no_more_queries(client, village, name):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            VacancyFactory()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(url(name))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_more_posts_that_fit_cost_no_more_queries(client, village):
    case, counts = contacted_case(), []
    for more in (1, 2):
        for _ in range(more):
            VacancyFactory()
        with CaptureQueriesContext(connection) as queries:
            client.get(url("introduce", case.pk))
        counts.append(len(queries))

    assert counts[0] == counts[1]


# ---- odd addresses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("odd", ["²", "9" * 40, "-1", "\0", "x|²"])
def test_nonsense_in_an_address_is_left_out(client, township, odd):
    EmployerFactory()
    VacancyFactory()

    for name, asked in (("vacancies", "after"), ("employers", "after"), ("employers", "q"), ("vacancies", "q")):
        assert client.get(url(name), {asked: odd}).status_code == 200
    assert client.get(url("introduce", contacted_case().pk), {"q": odd}).status_code == 200


def test_who_looks_after_the_system_reads_no_letter(client):
    case = placed_case(vacancy=VacancyFactory())
    letter = services.issue_letter(case=case, placement=case.placements.get(), by=None, at=NOON)
    sign_in(client, administrator=True)

    assert client.get(url("letter", letter.pk)).status_code == 404


def test_a_receipt_is_asked_for_once_the_letter_was_printed(client, village, letter):
    pages = [client.get(url("letter", letter.pk)).content.decode()]
    sent = client.post(url("letter_receipt", letter.pk), hired(result="hired"))
    printed(letter)
    pages.append(client.get(url("letter", letter.pk)).content.decode())

    assert [url("letter_receipt", letter.pk) in page for page in pages] == [False, True]
    assert (sent.status_code, "has not been printed yet" in words(sent), Placement.objects.count()) == (409, True, 0)


@pytest.mark.parametrize("before", ["issued", "hired"])
def test_the_next_step_offers_a_letter_until_one_stands(client, before):
    """Valid, or answered with yes however long ago; the panel of the job offers another all the same."""
    user = sign_in(client, township_cadre=True)
    case = contacted_case() if before == "hired" else placed_case(vacancy=VacancyFactory())
    if before == "hired":
        post = VacancyFactory()
        services.introduce(case=case, vacancy=post, by=None, at=NOON)
        letter = services.issue_letter(case=case, vacancy=post, by=None, at=NOON)
        terms = services.Terms(start_on=START, wage=5000, evidence="worker_word", needs_transport=True)
        services.record_receipt(letter=printed(letter), result="hired", terms=terms, by=user, at=NOON)
    else:
        offered = client.get(reverse("cases:case", args=[case.pk])).content.decode()
        services.issue_letter(case=case, placement=case.placements.get(), by=None, at=NOON)
        assert url("issue_letter", case.pk) in offered

    for days in (0, 60) if before == "hired" else (0,):
        with time_machine.travel(NOON + timedelta(days=days), tick=False):
            client.force_login(user)
            page = client.get(reverse("cases:case", args=[case.pk])).content.decode()
        assert url("issue_letter", case.pk) not in page
    assert url("issue_letter", case.pk) in client.get(url("panel", case.pk)).content.decode()
