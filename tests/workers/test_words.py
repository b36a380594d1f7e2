"""What is said and what is masked: names in pinyin, numbers, journal sentences, places."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from staff import roles
from tests.staff.factories import DAFANG, FENGPING, MAOCHANG, ZHIJIN
from workers import choices, refusals
from workers.forms import villages
from workers.journal import words as journal_words
from workers.rules import masks, names


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("李国琴", "liguoqin", "lgq"),
        ("单国强", "shanguoqiang", "sgq"),
        ("曾小贤", "zengxiaoxian", "zxx"),
        ("解晓东", "xiexiaodong", "xxd"),
        ("吕布", "lvbu", "lb"),
        ("欧阳海", "ouyanghai", "oyh"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("阿木·沙玛", "amushama", "amsm"),
        ("John Smith", "johnsmith", "js"),
        ("𠮷田", "jitian", "jt"),
        ("", "", ""),
    ],
)
def test_a_name_in_pinyin(name, pinyin, initials):
    assert names.pinyin_of(name)[:2] == (pinyin, initials)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+8613800001234", "138****1234"),
        ("+868577620000", "******0000"),
        ("", ""),
    ],
)
def test_a_phone_is_masked(number, masked):
    assert masks.phone(number) == masked


@pytest.mark.parametrize(
    ("number", "masked"), [("522425198706019028", "5224**********9028"), ("1234", "****"), ("", "")]
)
def test_an_id_number_is_masked(number, masked):
    assert masks.id_number(number) == masked


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("+8613800001234", "138 0000 1234"),
        ("52242519870601902X", "522425 19870601 902X"),
        ("+868577620000", "8577620000"),
    ],
)
def test_a_number_is_read_aloud_in_groups(number, read):
    assert masks.grouped(number) == read


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("打13800001234找他", "打138****1234找他"),
        ("8613800001234", "138****1234"),
        ("+86 13800001234", "138****1234"),
        ("身份证 52242519870601902x", "身份证 5224**********902x"),
        ("弟弟 138 0000 1234 可联系", "弟弟 138****1234 可联系"),
        ("１３８００００１２３４", "138****1234"),
        ("138-0000-1234", "138****1234"),
        ("1380 000 1234", "138****1234"),
        ("月薪130 3000-4000", "月薪130 3000-4000"),
        ("150.2026.1128", "150.2026.1128"),
        ("欠薪120000 2026.11.28 3000", "欠薪120000 2026.11.28 3000"),
        ("138\n0000\n1234", "138****1234"),
        ("520599 19910203 9021", "5205**********9021"),
        ("520599-1991-02-03-902X", "5205**********902X"),
        ("编号520524103200与123456", "编号520524103200与123456"),
        ("2026-11-28 2026-11-29 10:30", "2026-11-28 2026-11-29 10:30"),
        ("工资1800 2500 3000，座机0857-8222222", "工资1800 2500 3000，座机0857-8222222"),
        ("2138000012345", "2138000012345"),
        ("522425\u200b198706019028", "5224**********9028"),
        ("138\u200b00001234", "138****1234"),
        ("3\u200b4 岁", "3\u200b4 岁"),
        ("5224 2519 8706 0190 28", "5224**********9028"),
        ("522425 1987 0601 902X", "5224**********902X"),
        ("522425 198706019028", "5224**********9028"),
        ("52242519870601 9028", "5224**********9028"),
        ("522425.19870601.9028", "5224**********9028"),
        ("522425870601902", "5224*******1902"),
        ("138.0000.1234", "138****1234"),
        ("138  0000  1234", "138****1234"),
        ("138\u30000000\u30001234", "138****1234"),
        ("138\u20130000\u20131234", "138****1234"),
        ("1380000 1234", "138****1234"),
        ("138 00001234", "138****1234"),
        ("150 20261128", "150 20261128"),
        ("找(138)12345678", "找138****5678"),
        ("（138）1234 5678", "138****5678"),
        ("138、1234、5678", "138****5678"),
        ("138*1234*5678", "138****5678"),
        ("138/12345678", "138****5678"),
        ("520502/19900101/1234", "5205**********1234"),
        ("520502、1990、01、01、123X", "5205**********123X"),
        ("(520502)199001011234", "5205**********1234"),
        ("520502（19900101）1234", "5205**********1234"),
        ("520502 900101 123", "5205*******1123"),
        ("138/2026/0101", "138/2026/0101"),
        ("130/20260101", "130/20260101"),
        ("工资4500/5000/5500、奖金1500", "工资4500/5000/5500、奖金1500"),
        ("138****1234", "138****1234"),
        ("1380000.1234", "1380000.1234"),
        ("2024 2025 2026 2027 28", "2024 2025 2026 2027 28"),
        ("2026.10.19 2026.10.20", "2026.10.19 2026.10.20"),
        ("20261019 20261020 3000", "20261019 20261020 3000"),
    ],
)
def test_free_text_keeps_everything_but_the_numbers_of_people(text, scrubbed):
    assert masks.scrub(text) == scrubbed


BETWEEN = [" ", "  ", "\t", "\n", "-", "--", "–", "_", ",", "，", "、", ".", "·", "/", "*", ":", "；", " - "]
BETWEEN += ["\u200b", "\u3000", "\ue5e5"]
WRITTEN = ["138 1234 5678", "138 12345678", "+86 138 1234 5678", "0086 138 1234 5678", "013812345678"]
WRITTEN += ["522425 19870601 9028", "522425 1987 06 01 902X", "522425198706019 028", "5224251987060190 28"]
WRITTEN += ["830000 19870601 9028", "911156 19870601 9028"]
WRITTEN += ["52242519870601902 X", "522 425 198 706 019 028", "5 2 2 4 2 5 1 9 8 7 0 6 0 1 9 0 2 8"]
WRITTEN += ["522425 870601 902", "MMR 5200 900101 01", "mmr520090010101"]


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("written", WRITTEN)
def test_a_number_is_found_whatever_stands_between_its_groups(written, between):
    number = written.replace(" ", between)
    kept = re.sub(r"\D", "", masks.scrub(f"找他 {number}，在家"))

    assert len(kept) <= 8


@pytest.mark.parametrize(
    "run",
    ["1381234567813912345678", "52242519870601902813812345678", "13812345678522425198706019028"],
)
def test_numbers_that_run_together_are_found_too(run):
    assert len(re.sub(r"\D", "", masks.scrub(run))) == 8


def test_half_of_a_character_costs_no_name():
    assert names.read_name("张\ud800三").name == "张三"


def test_digits_of_any_script_are_digits():
    assert sum(map(str.isdecimal, masks.scrub("١٣٨١٢٣٤٥٦٧٨，𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖"))) <= 16


def test_an_id_number_with_a_wrong_birth_date_is_one_too():
    assert masks.scrub("身份证522425198713419028") == "身份证5224**********9028"


TWO_KINDS = [
    "138 123 45678",
    "138 1234-5678",
    "138(1234)5678",
    "(138) 1234-5678",
    "1381234-5678",
    "1 3 8 1 2 3 4 5 6 7 8",
]


@pytest.mark.parametrize("written", [*TWO_KINDS, "138 12 34 56 78"])
def test_a_phone_is_found_with_marks_of_two_kinds(written):
    assert masks.scrub(f"打{written}找他") == "打138****5678找他"


@pytest.mark.parametrize("number", ["13812345678", "522425198706019028", "52242519870601902X", "522425870601902"])
@pytest.mark.parametrize("after", ["x", "Ｘ", "xiaoli", "的"])
def test_a_number_is_found_before_a_letter(number, after):
    assert len(re.sub(r"\D", "", masks.scrub(f"wx{number}{after}"))) <= 8


NO_NUMBERS = [
    "工资5,000",
    "5,000-6,000元",
    "130、4500、5000",
    "1500、800、2000",
    "1,500,1,800,2,000",
    "150,000，180,000",
]
NO_NUMBERS += ["130,5000,6000", "2026-11-28 2026-12-01 5000", "2026年11月28日13:30", "2026.11.28-2026.12.05"]
NO_NUMBERS += ["2026-11 2026-12-01 5000", "13:30-18:30", "每天150，2026-11-28起", "欠薪120000 2026.11.28 3000"]
NO_NUMBERS += ["座机 0857-8222222", "0857 8222222 转 1380", "15000/18000/20000", "2024，2025，2026"]
NO_NUMBERS += ["第 138 次，1234 元，567 天", "100 200 300 400 500", "G1382 13:05 16:30", "A1号楼1380室"]


@pytest.mark.parametrize("words", NO_NUMBERS)
def test_dates_wages_and_lists_of_amounts_are_no_numbers_of_people(words):
    assert masks.scrub(words) == words


def test_a_sentence_names_its_facts():
    assert journal_words.sentence("tag_set", {"tag": "lifted_out"}) == "Now in the group “Lifted out of poverty”."


def test_a_fact_that_is_missing_is_a_dash():
    assert journal_words.sentence("worker_registered", {}) == "Put on the register. How known: —."


def test_a_value_nobody_knows_any_more_is_said_as_it_was_stored():
    assert journal_words.sentence("tag_set", {"tag": "old_group"}) == "Now in the group “old_group”."


def test_a_line_of_an_app_that_is_not_installed_is_not_hidden():
    assert journal_words.sentence("wage_claim_filed", {"x": 1}) == "wage claim filed"
    assert journal_words.icon("wage_claim_filed") == "circle-dot"


def test_every_icon_of_a_journal_line_is_in_the_sprite(settings):
    """Whoever registers a line with a new icon adds it to the list that the sprite is built from."""
    drawn = {*(settings.BASE_DIR / "scripts" / "icons.txt").read_text().split()}

    wanted = {what: journal_words.icon(what) for what in journal_words.registered()}

    assert {what: icon for what, icon in wanted.items() if icon not in drawn} == {}
    assert journal_words.UNKNOWN_ICON in drawn


def test_a_sentence_is_said_in_the_language_of_the_reader():
    with translation.override("zh-hans"):
        assert journal_words.sentence("worker_verified", {"how": "visit"}) == "核实档案（上门走访）。"


def test_a_correction_names_the_facts_and_not_their_values():
    changed = {"name": ["李国芹", "李国琴"], "phone": ["138****1234", "139****2222"]}

    assert journal_words.sentence("worker_corrected", {"changed": changed}) == "Record corrected: name, phone."


def test_one_what_belongs_to_one_app():
    with pytest.raises(ValueError, match="already registered: tag_set"):
        journal_words.register({"tag_set": ("flag", "…")})


def test_days_and_moments_are_spoken():
    assert journal_words.day("2024-03-05") == "5 Mar 2024"
    assert journal_words.moment("2024-03-05T04:00:00+00:00") == "5 Mar 2024 12:00"


@pytest.mark.parametrize(
    "words",
    [choices.Status, choices.Source, choices.Rule, choices.Tag, choices.ServiceGroup, choices.HouseholdRole,
     choices.VerifiedHow, choices.RevealReason, choices.Sex, roles.Role],
)  # fmt: skip
def test_every_word_a_person_chooses_has_a_chinese_one(words):
    english = [str(label) for label in words.labels]
    with translation.override("zh-hans"):
        chinese = [str(label) for label in words.labels]

    assert [pair for pair in zip(english, chinese, strict=True) if pair[0] == pair[1]] == []
    assert len(set(chinese)) == len(chinese)


@pytest.mark.parametrize(
    "refusal",
    [refusals.DuplicateIdNumber, refusals.UnderAge, refusals.OutdatedIdNumber, refusals.NameMissing,
     refusals.NotYetHappened, refusals.OutsideYourArea, refusals.IdDoesNotMatch, refusals.NothingSaid,
     refusals.TagNotSet],
)  # fmt: skip
def test_every_refusal_speaks_both_languages(refusal):
    english = str(refusal())
    with translation.override("zh-hans"):
        chinese = str(refusal())

    assert english != chinese


@pytest.mark.django_db
def test_villages_are_those_of_the_postings():
    county, township, village = ((ZHIJIN, ZHIJIN + 10**6),), ((MAOCHANG, MAOCHANG + 1000),), ((FENGPING, FENGPING + 1),)

    assert [len(villages.townships_in(ranges)) for ranges in (county, township, village, ())] == [33, 1, 1, 0]
    assert [len(villages.villages_of(MAOCHANG, ranges)) for ranges in (county, township, village, ())] == [28, 28, 1, 0]


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "township"), [(FENGPING, MAOCHANG), (MAOCHANG, MAOCHANG), (DAFANG, None)])
def test_the_township_of_a_place(code, township):
    assert villages.township_of(code) == township


def test_no_page_of_a_person_has_a_number_in_its_address():
    names_of_pages = ["worker", "verify", "report_status", "reveal"]

    assert [reverse(f"workers:{name}", args=[7]) for name in names_of_pages] == [
        "/workers/7/",
        "/workers/7/verify/",
        "/workers/7/status/",
        "/workers/7/reveal/",
    ]
