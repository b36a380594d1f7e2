"""The referral slip, read back from the PDF."""

import io
import re
from datetime import timedelta

import pytest
from django.utils import translation
from pypdf import PdfReader

from fairs import papers, services
from fairs.models import FairReferral
from tests.fairs.factories import NOON, TODAY, FairFactory, ReferralFactory, add_post, offers_of
from tests.jobs.factories import EmployerFactory, VacancyFactory
from tests.paper_layout import MM, bottom_of, right_of, set_pages, top_of, within

pytestmark = pytest.mark.django_db


def read(content: bytes) -> list[str]:
    """The text of each page, without spaces: Chinese is set letter by letter."""
    return [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]


def slips(*referrals):
    people = FairReferral.objects.for_page().filter(pk__in=[r.pk for r in referrals]).order_by("pk")
    return read(papers.slips(list(people)))


@pytest.fixture
def guest():
    fair = FairFactory(open=True, posts=3)
    return ReferralFactory(fair=fair, name="韦海燕", wishes=offers_of(fair)[:2])


def test_a_slip_says_who_where_when_the_code_and_the_wishes(guest):
    (page,) = slips(guest)

    first, second = (offer.booth.employer.name for offer in offers_of(guest.fair)[:2])
    for words in (
        "招聘会推荐单", guest.fair.title, "韦海燕", "女", "猫场镇·凤坪村", "2026年3月6日09:00–15:00",
        "县体育中心（东门）", guest.code, "签到码", f"01{first}五金装配工", f"02{second}五金装配工", "服务全程免费",
    ):  # fmt: skip
        assert words in page


def test_a_slip_shows_no_number_of_the_person_and_no_tag(guest):
    (page,) = slips(guest)

    worker = guest.worker
    assert [secret for secret in (worker.phone[3:], worker.id_number, worker.id_number[-6:]) if secret in page] == []
    assert [word for word in ("脱贫", "监测", "零就业") if word in page] == []


def test_a_slip_is_chinese_whoever_prints_it(guest):
    with translation.override("en"):
        (page,) = slips(guest)

    assert ("女" in page, "Female" in page, "猫场镇" in page) == (True, False, True)


def test_two_slips_share_a_page(guest):
    others = [ReferralFactory(fair=guest.fair) for _ in range(2)]

    pages = slips(guest, *others)

    assert [page.count("招聘会推荐单") for page in pages] == [2, 1]


def test_the_square_says_fair_and_code_and_nothing_else(guest):
    assert papers.door_code(guest) == f"WF-FAIR:{guest.fair_id}:{guest.code}"


def test_nobody_to_print_gives_one_page_that_says_so():
    assert read(papers.slips([])) == ["没有可打印的推荐单。"]


def test_a_long_name_of_fair_employer_and_post_stays_on_its_half_page():
    fair = FairFactory(posts=0, title="织金县" + "春风行动" * 18, venue="体育中心" * 18, landmark="东门" * 30)
    for number in (1, 2, 3):
        employer = EmployerFactory(name="永康市合成五金工贸有限公司" * 4 + str(number))
        add_post(fair, number=number, vacancy=VacancyFactory(employer=employer, title="数控车床操作工学徒" * 5))
    services.open_fair(fair=fair, by=fair.organiser, at=NOON)
    guest = ReferralFactory(fair=fair, wishes=offers_of(fair))

    (page,) = slips(guest, ReferralFactory(fair=fair, wishes=offers_of(fair)))

    assert (page.count("招聘会推荐单"), page.count("有限公司3"), page.count("服务全程免费")) == (2, 2, 2)


@pytest.mark.parametrize("name", ["阿卜杜拉图尔荪", "Wolfeschlegelsteinhausenbergerdorff Maxi", "王𠮷㛃䶮𬱖"])
def test_a_long_or_rare_name_stands_whole_on_the_slip(monkeypatch, name):
    fair = FairFactory(posts=0, title="织金县" + "春风行动" * 8, venue="体育中心" * 8, landmark="东门" * 8)
    add_post(fair, number=1, vacancy=VacancyFactory(employer=EmployerFactory(name="永康市合成五金工贸有限公司" * 2)))
    services.open_fair(fair=fair, by=fair.organiser, at=NOON)
    guest = ReferralFactory(fair=fair, name=name, wishes=offers_of(fair))

    (text,) = slips(guest)
    monkeypatch.setattr(papers, "render_pdf", lambda html: html)
    (page,) = set_pages(papers.slips(FairReferral.objects.for_page()))

    assert name.replace(" ", "") in text
    assert right_of(within(page, "facts")) < min(box.position_x for box in within(page, "door")) / MM
    assert bottom_of(within(page, "posts")) < top_of(within(page, "foot"))


def test_the_application_to_the_police_names_the_fair_the_last_day_and_the_papers():
    fair = FairFactory(expected=1500, day=TODAY + timedelta(days=45), licence_papers=["plan"])

    application, plan = read(papers.licence_application(fair))

    for words in ("织金县春风行动专场招聘会", "2026年4月19日09:00–15:00", "1500人", "本场最迟2026年3月30日提出", "☑"):
        assert words in application
    assert "应急救援预案" in plan
