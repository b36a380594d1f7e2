"""Journal lines and texts say whole sentences in both languages."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import translation

from jobs import services
from notifications.models import Message
from tests.jobs.factories import NOON, TODAY, VacancyFactory, contacted_case, placed_case
from tests.staff.factories import UserFactory
from workers.journal import words
from workers.models import JournalLine

pytestmark = pytest.mark.django_db


def lines(language: str) -> list[str]:
    ours = ("introduc", "placement_", "letter_", "receipt_", "employer_")
    with translation.override(language):
        return [
            words.sentence(line.what, line.data)
            for line in JournalLine.objects.order_by("pk")
            if line.what.startswith(ours)
        ]


@pytest.fixture
def story():
    """Introduced, kept waiting, not hired; then placed with a letter that is printed, printed again and answered."""
    vacancy, township = VacancyFactory(employer__name="晨光五金厂"), UserFactory(township_cadre=True)
    case = contacted_case()
    introduction = services.introduce(case=case, vacancy=vacancy, by=None, at=NOON)
    for result in ("waiting", "not_hired"):
        services.record_introduction_result(introduction=introduction, result=result, by=None, at=NOON, note="再等等")
    case = placed_case(vacancy=vacancy)
    letter = services.issue_letter(case=case, placement=case.placements.get(), by=township, at=NOON)
    for seen in (0, 1):
        services.print_letter(letter=letter, seen=seen, by=township, at=NOON)
    services.record_receipt(letter=letter, result="not_reported", by=township, at=NOON)
    services.revoke_letter(letter=letter, because="没去", by=township, at=NOON)


def test_the_journal_reads_as_sentences_in_english(story):
    serial = "毕织就荐字〔2026〕第 0001 号"

    assert lines("en") == [
        "Introduced to 晨光五金厂: 五金装配工.",
        "晨光五金厂 is still deciding about 五金装配工.",
        "晨光五金厂, 五金装配工: Not hired. 再等等",
        "Job confirmed: 晨光五金厂, 五金装配工, 5,000 yuan a month. How we know: The worker's word.",
        f"Letter {serial} issued for 晨光五金厂.",
        f"Letter {serial} printed.",
        f"Letter {serial} printed again, print 2.",
        f"Receipt of letter {serial}: Did not report.",
        "Job at 晨光五金厂 ended on 5 Mar: Never started.",
        f"Letter {serial} revoked: 没去.",
    ]


def test_the_journal_reads_as_sentences_in_chinese(story):
    assert lines("zh-hans")[:4] == [
        "推荐到晨光五金厂：五金装配工。",
        "晨光五金厂对五金装配工还在考虑。",
        "晨光五金厂，五金装配工：未录用。再等等",
        "确认就业：晨光五金厂，五金装配工，月薪 5,000 元。依据：本人告知。",
    ]


def test_a_wage_that_was_not_said_is_said_to_be_missing():
    placed_case(vacancy=VacancyFactory(employer__name="晨光五金厂", title="五金装配工"), wage=None)

    assert lines("zh-hans")[-1] == "确认就业：晨光五金厂，五金装配工，月薪未填。依据：本人告知。"


def test_a_post_that_is_none_of_ours_leaves_no_dash():
    said = {"employer": "晨光五金厂", "post": "", "wage": 4000, "evidence": "worker_word"}

    with translation.override("zh-hans"):
        assert words.sentence("placement_confirmed", said) == "确认就业：晨光五金厂，月薪 4,000 元。依据：本人告知。"


def test_who_starts_tomorrow_is_not_said_to_be_at_work():
    case = placed_case(vacancy=VacancyFactory(), start_on=TODAY + timedelta(days=1))

    with time_machine.travel(NOON), translation.override("zh-hans"):
        assert case.told_state == "将上岗"
    with time_machine.travel(NOON + timedelta(days=1)), translation.override("zh-hans"):
        assert case.told_state == "已就业"


def test_the_texts_name_the_employer_and_the_day_and_no_number(story):
    bodies = list(
        Message.objects.filter(template__in=["placed", "letter_ready"]).order_by("pk").values_list("body", flat=True)
    )

    assert len(bodies) == 2
    assert ("晨光五金厂" in bodies[0], "3月9日到岗" in bodies[0]) == (True, True)
    assert ("毕织就荐字〔2026〕第 0001 号" in bodies[1], "不收任何费用" in bodies[1]) == (True, True)


def test_what_the_sentence_of_a_line_says_is_not_said_after_it_again(story):
    line = JournalLine.objects.get(what="introduction_answered")

    assert "再等等" in words.sentence(line.what, line.data)
    assert words.note(line.what, line.data) == ""
    assert words.note("contact_attempted", {"note": "再等等"}) == "再等等"
