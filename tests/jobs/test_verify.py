import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from jobs import services
from jobs.views.verify import mask_name
from tests.jobs.factories import NOON, VacancyFactory, contacted_case, introduced, printed
from tests.staff.factories import UserFactory

pytestmark = [pytest.mark.clock, pytest.mark.django_db]


@pytest.fixture
def letter(db):
    case, post = contacted_case(name="韦海"), VacancyFactory()
    return services.issue_letter(case=introduced(case, post), vacancy=post, by=None, at=NOON)


def scan(client, code, days=0, language="en"):
    with time_machine.travel(NOON + timedelta(days=days), tick=False):
        return client.get(reverse("jobs:verify", args=[code]), headers={"Accept-Language": language})


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_whoever_scans_a_letter_sees_what_the_paper_says(client, letter):
    response = scan(client, letter.verify_code)

    text = words(response)
    assert (response.status_code, response["X-Robots-Tag"]) == (200, "noindex, nofollow")
    for shown in ("genuine and valid", letter.serial, "韦*", letter.facts["id_masked"], letter.facts["employer"],
                  "织金县就业局", "5 Mar 2026", "20 Mar 2026"):  # fmt: skip
        assert shown in text


def test_nothing_more_than_the_paper_is_shown(client, letter):
    html = scan(client, letter.verify_code).content.decode()

    worker = letter.worker
    hidden = ("韦海", worker.id_number, worker.phone, worker.phone[-11:], "凤坪村", "/cases/", "/letters/")
    assert [word for word in hidden if word in html] == []


@pytest.mark.parametrize("days,sentence", [(15, "genuine and valid"), (16, "has expired")])
def test_a_letter_runs_out_at_the_end_of_its_last_day(client, letter, days, sentence):
    assert sentence in words(scan(client, letter.verify_code, days))


def test_a_revoked_letter_says_so_and_not_why(client, letter):
    services.revoke_letter(letter=letter, because="本人有案底传言", by=UserFactory(supervisor=True), at=NOON)

    text = words(scan(client, letter.verify_code))

    assert ("has been revoked" in text, "案底" in text) == (True, False)


@pytest.mark.parametrize("answer", ["not_hired", "not_reported"])
def test_of_two_letters_for_one_job_only_the_one_not_answered_with_no_verifies(client, letter, answer):
    services.record_receipt(letter=printed(letter), result=answer, by=None, at=NOON)
    second = services.issue_letter(
        case=introduced(letter.case, letter.vacancy), vacancy=letter.vacancy, by=None, at=NOON
    )

    said = [words(scan(client, each.verify_code)) for each in (letter, second)]

    assert ["genuine and valid" in text for text in said] == [False, True]
    assert "no longer valid: the employer has answered" in said[0]


@pytest.mark.parametrize("code", ["AAAAAAAAAAAA", "1", "织金", "' OR 1=1 --", "x" * 500])
def test_a_code_of_no_letter_is_plainly_not_found(client, letter, code):
    response = scan(client, code)

    assert (response.status_code, "No letter has this code" in words(response)) == (404, True)


def test_a_code_may_be_typed_in_small_letters_with_hyphens(client, letter):
    code = letter.verify_code
    typed = f"{code[:4]}-{code[4:8]} {code[8:]}".lower()

    response = client.get(reverse("jobs:verify_enter"), {"code": typed})

    assert response.url == reverse("jobs:verify", args=[code])


def test_the_page_speaks_the_readers_language(client, letter):
    assert "推荐信真实有效" in words(scan(client, letter.verify_code, language="zh-hans"))


def test_staff_of_the_area_find_the_way_to_the_letter_and_strangers_do_not(client, letter):
    link = reverse("jobs:letter", args=[letter.pk])
    seen = []
    for user in (None, UserFactory(supervisor=True, posted=520521000000), UserFactory(supervisor=True)):
        client.logout()
        if user:
            client.force_login(user)
        seen.append(link in scan(client, letter.verify_code).content.decode())

    assert seen == [False, False, True]


@pytest.mark.parametrize("name,masked", [("韦海", "韦*"), ("阿木·沙玛", "阿****"), ("䶮", "䶮")])
def test_names_are_masked_after_the_first_character(name, masked):
    assert mask_name(name) == masked
