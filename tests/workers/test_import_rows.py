"""What becomes of one row. The samples' keys are in test_import_samples; these are the faults they do not show."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from areas.addresses import resolve_home
from areas.destinations import resolve_destination
from areas.gazetteer import places
from tests.workers.rosters import GOOD, HEADINGS, TODAY, a_row, judged, verdict_of
from workers.imports.cells import Cell
from workers.imports.comparing import compare_with_register
from workers.imports.issues import KNOWN, VERDICTS, Issue
from workers.imports.rows import judge_all
from workers.imports.verdicts import Context, Registered, RosterPerson
from workers.imports.wishes import read_wish

FORMULA = Cell("=A1&B1", "formula")


@pytest.fixture(autouse=True)
def db(request, django_db_blocker):
    """In place of pytest-django's transaction a test: the divisions are read once, and no rule asks for more."""
    if not places.cache_info().currsize:
        request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock():
        resolve_home("织金县")
        resolve_destination("贵阳")


@pytest.mark.parametrize("text", ["=A1", "\u200b=A1", "\u3164@SUM(A1)", "\ufeff＋A1", " \u2066-A1"])
def test_a_mark_that_nobody_sees_hides_no_formula(text):
    assert Cell(text).is_formula


def test_a_good_row_is_accepted():
    assert verdict_of() == ("accept", "", "")


EVERYTHING = GOOD | {
    "status": "在外务工", "employer": "永康市合成五金有限公司", "wage": "5200", "lifted_out": "是",
    "wish_wage": "4500", "remark": "会电焊",
}  # fmt: skip


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u3000", "\xa0", "\t", "\u202a", "\ue5e5"])
def test_white_space_and_marks_nobody_sees_around_a_cell_change_nothing_in_any_column(mark):
    marked = {name: f"{mark} {cell}{mark}" for name, cell in EVERYTHING.items() if name != "name"}

    plain, found = judged(**EVERYTHING), judged(**EVERYTHING | marked)

    assert (found.person, found.is_saved) == (plain.person, True)
    assert (plain.person.employer, plain.person.wage) == ("永康市合成五金有限公司", 5200)


@pytest.mark.parametrize(
    "cell, issue",
    [
        (522425198809199026.0, "id_lost_digits"),
        ("5.22425E+17", "id_lost_digits"),
        ("522425198809199038", "id_bad_checksum"),
        ("52242519880919902", "id_bad_length"),
        ("5224251988O9199028", "id_bad_char"),
        ("522425198802309021", "id_bad_date"),
        ("", "id_missing"),
        ("无", "id_missing"),
        (FORMULA, "formula_injection"),
    ],
)
def test_an_id_number_that_cannot_be_trusted_rejects_the_row(cell, issue):
    assert verdict_of(id_number=cell, typed=True) == ("reject", issue, "身份证号")


@pytest.mark.parametrize(
    "cell, issue",
    [
        ('="522425198809199026"', "excel_text"),
        (Cell('="522425198809199026"', "formula"), "excel_text"),
        ("522425198809199026\t", "whitespace"),
        ("522425\n198809199026", "whitespace"),
        ("'522425198809199026", "separators"),
        ("\u202a522425198809199026\u202c", "separators"),
    ],
)
def test_an_id_number_written_oddly_is_put_right(cell, issue):
    assert verdict_of(id_number=cell) == ("accept_normalised", issue, "身份证号")
    assert judged(id_number=cell).person.id_number == "522425198809199026"


def test_a_15_digit_number_is_saved_in_its_long_form_and_looked_at():
    verdict = judged(id_number=522425880919902.0, typed=True)

    assert (verdict.verdict, verdict.issue_names) == ("review", "id_legacy_15_digit")
    assert verdict.person.id_number == "522425198809199026"


def test_without_an_id_number_sex_and_birth_date_will_do():
    verdict = judged(id_number="", sex="女", birth_date="1988年9月19日")

    assert (verdict.verdict, verdict.issue_names, verdict.is_saved) == ("review", "id_not_given", True)


@pytest.mark.parametrize(
    "born, verdict, issue",
    [
        ("20101121", "warn", "age_16_17"),
        ("20101122", "reject", "under_16"),
        ("20081121", "accept", ""),
        ("19651122", "accept", ""),
        ("19651121", "warn", "over_60"),
    ],
)
def test_age_is_counted_to_the_day(born, verdict, issue):
    assert verdict_of(id_number=with_check_character(f"522425{born}902"))[:2] == (verdict, issue)


@pytest.mark.parametrize(
    "cell, name, issue",
    [
        ("  王芳 ", "王芳", ""),
        ("王\u3000芳", "王芳", "space_in_name"),
        ("王\n芳", "王芳", "space_in_name"),
        ("阿木•沙玛", "阿木·沙玛", "middle_dot"),
        ("王𠅤", "王𠅤", "rare_character_name"),
        ("王\ue863", "王䶮", "rare_character_name"),
        ("王\ue001", "王\ue001", "private_use_character"),
        ("Maria Wang", "Maria Wang", ""),
    ],
)
def test_a_name_is_kept_as_the_person_writes_it(cell, name, issue):
    verdict = judged(name=cell)

    assert (verdict.person.name, verdict.issue_names) == (name, issue)


@pytest.mark.parametrize(
    "cell, issue",
    [
        ("", "name_missing"),
        ("   ", "name_missing"),
        ("=1+1", "formula_injection"),
        ("@王芳", "formula_injection"),
        ("+王芳", "formula_injection"),
        (FORMULA, "formula_injection"),
        ("王芳1", "name_invalid"),
        ("13812345678", "name_invalid"),
        ("王" * 41, "name_invalid"),
    ],
)
def test_what_is_no_name_rejects_the_row(cell, issue):
    assert verdict_of(name=cell) == ("reject", issue, "姓名")
    assert judged(name=cell).person.name == ""


@pytest.mark.parametrize(
    "cell, verdict, issue, phone",
    [
        ("", "accept", "", ""),
        (13812345678.0, "accept_normalised", "phone_numeric_cell", "+8613812345678"),
        ("0086 138 1234 5678", "accept_normalised", "phone_prefix", "+8613812345678"),
        ("1.38E+10", "reject_field", "phone_invalid", ""),
        ("0857-8222222", "reject_field", "phone_landline", ""),
        ("无", "reject_field", "phone_invalid", ""),
        (FORMULA, "reject_field", "formula_injection", ""),
    ],
)
def test_a_phone_that_fails_leaves_the_person(cell, verdict, issue, phone):
    found = judged(phone=cell)

    assert (found.verdict, found.issue_names, found.person.phone) == (verdict, issue, phone)


@pytest.mark.parametrize(
    "cell, day, issue",
    [
        ("2026-11-01", "2026-11-01", ""),
        ("2026/11/1", "2026-11-01", ""),
        ("2026.11.1", "2026-11-01", "date_format"),
        ("2026年11月1日", "2026-11-01", "date_format"),
        ("二〇二六年十一月一日", "2026-11-01", "date_format"),
        ("二零二六年十月二十日", "2026-10-20", "date_format"),
        ("20261101", "2026-11-01", "date_format"),
        ("46327", "2026-11-01", "date_format"),
        ("2026-11-01 08:30", "2026-11-01", "date_format"),
        ("2026-11-22", "None", "date_in_future"),
        ("2026-02-30", "None", "date_invalid"),
        ("昨天", "None", "date_invalid"),
        ("1926-11-01", "None", "date_invalid"),
        ("", "None", ""),
    ],
)
def test_a_date_is_read_in_every_usual_form(cell, day, issue):
    verdict = judged(date=cell)

    assert (str(verdict.person.collected_on), verdict.issue_names) == (day, issue)


@pytest.mark.parametrize(
    "cell, wage, issue",
    [
        (5300.0, 5300, ""),
        ("5,300", 5300, "wage_text"),
        ("５３００元", 5300, "wage_text"),
        ("5千", 5000, "wage_text"),
        ("0.53万元/月", 5300, "wage_text"),
        ("约5300", 5300, "wage_text"),
        ("面议", None, ""),
        ("3000-4000", None, "wage_invalid"),
        ("200元/天", None, "wage_invalid"),
        ("-5300", None, "wage_invalid"),
        ("9" * 30, None, "wage_invalid"),
        (FORMULA, None, "formula_injection"),
    ],
)
def test_a_wage_is_one_amount_a_month(cell, wage, issue):
    verdict = judged(wage=cell, typed=True, date=Cell("2026-11-01", "date", TODAY))

    assert (verdict.person.wage, verdict.issue_names) == (wage, issue)


@pytest.mark.parametrize(
    "cell, kept",
    [
        ("=SUM(1,2)", "'=SUM(1,2)"),
        ("@cmd", "'@cmd"),
        ("+1-cmd|calc", "'+1-cmd|calc"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("\t=1+1", "'=1+1"),
        (Cell("=A1&B1", "formula"), "'=A1&B1"),
    ],
)
def test_formula_text_is_kept_and_can_never_run(cell, kept):
    verdict = judged(remark=cell)

    assert (verdict.verdict, verdict.issue_names, verdict.field) == ("accept_sanitised", "formula_injection", "备注")
    assert verdict.person.remark == kept


@pytest.mark.parametrize("text", ["-", "—", "/", "-5", "+86 138", "3-5人"])
def test_a_dash_or_a_number_is_no_formula(text):
    assert judged(remark=text).verdict == "accept"


def test_an_address_in_four_columns_is_put_together():
    verdict = judged(address=None, county="织金县", township="猫场镇", village="凤坪村", group="三组")

    assert (verdict.person.village, verdict.person.group_no) == (520524103200, "三组")


@pytest.mark.parametrize(
    "cells, nearest",
    [
        ({"county": "织金县", "address": "织金县猫场镇太阳谷村"}, 520524103000),
        ({"county": "织金县猫场镇太阳谷村", "address": "织金县"}, 520524103000),
        ({"county": "火星", "address": "织金县"}, 520524000000),
        ({"county": "织金县", "address": "火星"}, 520524000000),
    ],
)
def test_without_a_village_the_column_that_leads_furthest_counts(cells, nearest):
    assert judged(**cells).person.area == nearest


def test_a_village_not_found_keeps_the_person_under_the_township():
    verdict = judged(address="织金县猫场镇太阳谷村")

    assert (verdict.verdict, verdict.issue_names, verdict.is_saved) == ("review", "village_unresolved", True)
    assert (verdict.person.village, verdict.person.area) == (None, 520524103000)
    assert verdict.message == "未找到该村，暂存在 织金县 · 猫场镇，请选择所在村。"


def test_an_address_elsewhere_is_not_saved():
    verdict = judged(address="云南省昭通市镇雄县")

    assert (verdict.verdict, verdict.issue_names, verdict.is_saved) == ("review", "area_unknown", False)


@pytest.mark.parametrize(
    "status, destination, wish, expected",
    [
        ("未就业", "", "", "unemployed_willing"),
        ("未就业", "", "无就业意愿", "not_willing"),
        ("在外务工", "温州", "", "employed_outside_province"),
        ("外出务工", "贵阳", "", "employed_in_province"),
        ("务工", "毕节", "", "employed_in_city"),
        ("本地就业", "织金", "", "employed_in_county"),
        ("本地就业", "本县", "", "employed_in_county"),
        ("灵活就业", "", "", "employed_in_county"),
        ("创业", "", "", "employed_in_county"),
        ("在家务农", "", "", "farming"),
        ("返乡", "", "", "returned_staying"),
        ("在校学生", "", "", "student"),
        ("", "", "", "unknown"),
    ],
)
def test_a_status_depends_on_place_and_wish(status, destination, wish, expected):
    assert judged(status=status, destination=destination, wish=wish).person.status == expected


@pytest.mark.parametrize(
    "said",
    [
        *(
            "未外出务工",
            "未外出",
            "未上班",
            "没上班",
            "没务工",
            "没有务工",
            "不务工",
            "未在岗",
            "未实现就业",
            "未外出就业",
        ),
        *("未在岗", "没有工作", "没有在外务工", "未返岗", "正在找工作", "否（在家）", "不是", "没有", "无"),
        *("就业困难", "就业援助对象", "有就业意愿", "想在本地就业", "准备外出务工", "待就业", "不愿外出"),
    ],
)
def test_who_does_not_work_is_not_read_as_working(said):
    assert judged(status=said).person.status == "unemployed_willing"


@pytest.mark.parametrize("said", ["无就业意愿", "没有就业意愿", "不想务工", "未就业，不愿上班"])
def test_who_does_not_want_work_says_so_in_the_status(said):
    assert judged(status=said).person.status == "not_willing"


@pytest.mark.parametrize(
    "said, expected",
    [
        ("是", "employed_outside_province"),
        ("无锡务工", "employed_outside_province"),
        ("非农就业", "employed_outside_province"),
        ("不稳定就业", "employed_outside_province"),
        ("未签合同务工", "employed_outside_province"),
        ("省外务工，未返乡", "employed_outside_province"),
        ("不务农，在外务工", "employed_outside_province"),
        ("未外出，在县内务工", "employed_in_county"),
        ("就业帮扶车间", "employed_in_county"),
        ("待返岗", "returned_going_back"),
    ],
)
def test_a_no_about_something_else_leaves_the_work(said, expected):
    assert judged(status=said).person.status == expected


def test_a_yes_inside_another_word_is_no_status():
    assert verdict_of(status="不详但是老实")[:2] == ("reject_field", "status_unreadable")


@pytest.mark.parametrize(
    "said, willing",
    [
        ("没有", False),
        ("否", False),
        ("无就业意愿", False),
        ("不想上班", False),
        ("不愿意", False),
        ("暂无", None),
        ("-", None),
        ("/", None),
        ("不外出", None),
        ("无外出意愿", None),
        ("不愿外出，愿意在本地就业", True),
        ("想在县内就业，不外出", True),
        ("继续外出", True),
        ("浙江永康", True),
    ],
)
def test_not_wanting_to_leave_home_is_not_being_unwilling_to_work(said, willing):
    verdict = judged(wish=said)

    assert (verdict.person.willing, verdict.issue_names) == (willing, "")


def test_a_plain_no_under_a_heading_about_going_away_is_not_about_work():
    assert read_wish(Cell("否"), "外出意愿").value is None


@pytest.mark.parametrize(
    "cells, verdict, issue",
    [
        ({"lifted_out": "边缘易致贫户"}, "warn", "boolean_unreadable"),
        ({"lifted_out": "未脱贫"}, "warn", "boolean_unreadable"),
        ({"lifted_out": "暂无"}, "accept", ""),
        ({"lifted_out": "已脱贫"}, "accept_normalised", "boolean_variant"),
        ({"lifted_out": "脱贫不稳定户"}, "accept_normalised", "boolean_variant"),
        ({"wish": "？"}, "warn", "wish_unreadable"),
        ({"wage": "5"}, "warn", "wage_very_low"),
        ({"wage": 180.0}, "warn", "wage_very_low"),
        ({"wage": "3.5"}, "reject_field", "wage_invalid"),
        ({"wish_wage": "3.5"}, "reject_field", "wish_wage_invalid"),
    ],
)
def test_a_cell_that_is_not_understood_is_never_passed_over_in_silence(cells, verdict, issue):
    assert verdict_of(**cells)[:2] == (verdict, issue)


@pytest.mark.parametrize(
    "cells, issue",
    [
        ({"status": "？？"}, "status_unreadable"),
        ({"destination": "火星"}, "destination_unresolved"),
        ({"status": FORMULA}, "formula_injection"),
        ({"destination": FORMULA}, "formula_injection"),
    ],
)
def test_a_word_that_means_nothing_is_left_out_and_said(cells, issue):
    assert verdict_of(**cells)[:2] == ("reject_field", issue)


@pytest.mark.parametrize(
    "text, answer", [("是", True), ("Y", True), ("√", True), ("0", False), ("×", False), ("？", None)]
)
def test_yes_and_no_in_every_usual_form(text, answer):
    assert judged(lifted_out=text).person.lifted_out is answer


def test_the_formula_that_computes_the_sex_is_left_alone():
    assert verdict_of(sex=Cell('=IF(MOD(MID(C5,17,1),2),"男","女")', "formula")) == ("accept", "", "")


def test_the_gravest_issue_decides_and_the_message_tells_all():
    verdict = judged(phone="123", wage="5,300", address="黔西县谷里镇谷兴社区")

    assert (verdict.verdict, verdict.issue_names, verdict.field) == ("reject_field", "phone_invalid", "联系电话")
    assert [issue.name for issue in verdict.issues] == ["phone_invalid", "wage_text", "old_county_name"]
    assert all(issue.message in verdict.message for issue in verdict.issues)


def test_the_second_row_about_a_person_is_a_duplicate():
    rows = [a_row(), a_row(phone="13900000000"), a_row()]

    verdicts = judge_all(rows, Context(TODAY))

    assert [(v.verdict, v.issue_names, v.duplicate_of) for v in verdicts] == [
        ("accept", "", ""),
        ("duplicate", "duplicate_different_phone", "2"),
        ("duplicate", "duplicate_exact", "2"),
    ]


def test_a_person_on_the_register_is_brought_up_to_date():
    known = {GOOD["id_number"]: Registered(7, "王芳", 520524103200)}

    verdict = judged(context=Context(TODAY, known))

    assert (verdict.verdict, verdict.issue_names, verdict.existing.worker_id) == (
        "update_existing",
        "already_registered",
        7,
    )


def test_a_person_registered_elsewhere_is_left_alone():
    ranges = ((520524000000, 520525000000),)
    known = {GOOD["id_number"]: Registered(7, "王芳", 520521101210)}

    verdict = compare_with_register(judged(), Context(TODAY, known, ranges))

    assert (verdict.verdict, verdict.issue_names, verdict.is_saved) == ("review", "registered_elsewhere", False)


def test_a_person_outside_the_cadres_area_is_rejected():
    verdict = judged(context=Context(TODAY, ranges=((520521000000, 520522000000),)))

    assert (verdict.verdict, verdict.issue_names) == ("reject", "outside_your_area")


def test_every_issue_has_a_verdict_of_the_reports_and_a_sentence():
    assert {verdict for verdict, _message in KNOWN.values()} <= set(VERDICTS)
    assert [name for name, (_verdict, message) in KNOWN.items() if not str(message)] == []


FULL = {
    "sex": "女", "birth_date": "1988-09-19", "destination": "贵阳", "status": "外出务工", "employer": "南明工厂",
    "wage": "5300", "industry": "制造业", "skills": "电焊", "lifted_out": "是", "relocated": "否", "wish": "愿意",
    "wish_wage": "6000", "remark": "会开车",
}  # fmt: skip


def test_every_column_goes_to_its_field():
    assert judged(**FULL).issues == ()
    assert judged(**FULL).person == RosterPerson(
        name="王芳",
        id_number="522425198809199026",
        sex="F",
        birth_date=date(1988, 9, 19),
        phone="+8613812345678",
        area=520524103200,
        village=520524103200,
        collected_on=date(2026, 11, 1),
        status="employed_in_province",
        destination=520100000000,
        employer="南明工厂",
        wage=5300,
        industry="制造业",
        lifted_out=True,
        relocated=False,
        willing=True,
        wish="愿意",
        wish_wage=6000,
        skills="电焊",
        remark="会开车",
    )


@pytest.mark.parametrize(
    "column, longest", [("employer", 80), ("industry", 40), ("skills", 80), ("remark", 250), ("wish", 60)]
)
def test_a_text_is_cut_to_what_its_column_holds(column, longest):
    assert getattr(judged(**{column: "好" * 300}).person, column) == "好" * longest


def test_what_follows_the_village_is_the_group_in_twenty_characters():
    verdict = judged(address=GOOD["address"] + "寨" * 30)

    assert (verdict.person.village, verdict.person.group_no) == (520524103200, "寨" * 20)


def test_without_a_village_there_is_no_group():
    assert judged(address="织金县猫场镇太阳谷村三组").person.group_no == ""


WITHOUT_ID = {"id_number": "", "sex": "女", "birth_date": "1988-09-19"}


@pytest.mark.parametrize(
    "cells, issues",
    [
        ({"name": ""}, [("name_missing", "姓名")]),
        ({"sex": "？"}, [("sex_unreadable", "性别")]),
        ({"sex": "男"}, [("sex_mismatch", "性别")]),
        ({"birth_date": "1988-09-20"}, [("birth_mismatch", "出生日期")]),
        ({"id_number": FORMULA}, [("id_is_formula", "身份证号")]),
        ({"id_number": "522425880919902"}, [("id_legacy_15_digit", "身份证号")]),
        ({"id_number": "５22425198809199026"}, [("full_width_digits", "身份证号")]),
        ({"id_number": "522425201011219029"}, [("age_16_17", "身份证号")]),
        ({"id_number": "522425201211229029"}, [("under_16", "身份证号")]),
        ({"id_number": "52242519600101902X"}, [("over_60", "身份证号")]),
        (WITHOUT_ID, [("id_not_given", "身份证号")]),
        (WITHOUT_ID | {"birth_date": "2010-06-01"}, [("id_not_given", "身份证号"), ("age_16_17", "出生日期")]),
        (WITHOUT_ID | {"birth_date": "2026-11-21"}, [("id_not_given", "身份证号"), ("under_16", "出生日期")]),
        (WITHOUT_ID | {"birth_date": "1960-06-01"}, [("id_not_given", "身份证号"), ("over_60", "出生日期")]),
        (WITHOUT_ID | {"birth_date": "2026-11-22"}, [("birth_in_future", "出生日期")]),
        (WITHOUT_ID | {"birth_date": ""}, [("id_missing", "身份证号")]),
        (WITHOUT_ID | {"sex": ""}, [("id_missing", "身份证号")]),
        ({"phone": FORMULA}, [("field_is_formula", "联系电话")]),
        ({"phone": "123"}, [("phone_invalid", "联系电话")]),
        ({"phone": "0857-8222222"}, [("phone_landline", "联系电话")]),
        ({"phone": 13812345678.0}, [("phone_numeric_cell", "联系电话")]),
        ({"phone": "138 1234 5678"}, [("separators", "联系电话")]),
        ({"phone": "+86 138 1234 5678"}, [("phone_prefix", "联系电话")]),
        ({"employer": FORMULA}, [("formula_text", "务工单位")]),
        ({"wage": FORMULA}, [("field_is_formula", "月工资")]),
        ({"wage": "两三千"}, [("wage_invalid", "月工资")]),
        ({"industry": FORMULA}, [("formula_text", "行业")]),
        ({"skills": FORMULA}, [("formula_text", "技能")]),
        ({"date": FORMULA}, [("field_is_formula", "采集日期")]),
        ({"date": "2026-11-01", "typed": True}, [("date_iso_text", "采集日期")]),
        ({"date": "2026-11-01", "typed": False}, []),
        ({"remark": FORMULA}, [("formula_text", "备注")]),
        ({"lifted_out": "属于"}, [("boolean_variant", "是否脱贫户")]),
        ({"relocated": "属于"}, [("boolean_variant", "是否搬迁户")]),
        ({"wish": FORMULA}, [("formula_text", "就业意愿")]),
        ({"wish_wage": "两三千"}, [("wish_wage_invalid", "期望工资")]),
        ({"address": "黔西县谷里镇谷兴社区"}, [("old_county_name", "户籍地址")]),
        ({"address": "织金县猫场镇太阳谷村"}, [("village_unresolved", "户籍地址")]),
        ({"address": "云南省昭通市镇雄县"}, [("area_unknown", "户籍地址")]),
        ({"address": None, "village": "太阳谷村", "county": "火星"}, [("area_unknown", "村")]),
        ({"address": None, "township": "猫场镇", "county": "织金县"}, [("village_unresolved", "乡镇")]),
        ({"address": None, "county": "织金县"}, [("village_unresolved", "县")]),
        ({"address": None}, [("area_unknown", "")]),
        ({"county": "火星", "address": "火星"}, [("area_unknown", "户籍地址")]),
        ({"status": "-"}, []),
        ({"status": FORMULA}, [("field_is_formula", "就业状态")]),
        ({"status": "？？"}, [("status_unreadable", "就业状态")]),
        ({"destination": FORMULA}, [("field_is_formula", "务工地点")]),
        ({"destination": "火星"}, [("destination_unresolved", "务工地点")]),
    ],
)
def test_an_issue_names_the_heading_of_its_column(cells, issues):
    assert [(issue.name, issue.field) for issue in judged(**cells).issues] == issues


def test_a_phone_that_fails_says_why():
    assert "手机号应为 11 位" in judged(phone="123").message


def test_a_row_refused_for_its_number_still_tells_sex_and_birth_date():
    person = judged(id_number="522425198809199038").person

    assert (person.id_number, person.sex, person.birth_date) == ("", "M", date(1988, 9, 19))


@pytest.mark.parametrize("cell", ["5224251988", FORMULA])
def test_a_number_that_says_nothing_leaves_sex_and_birth_date_open(cell):
    person = judged(id_number=cell).person

    assert (person.sex, person.birth_date) == ("", None)


@pytest.mark.parametrize("sex, born", [("女", ""), ("", "1988-09-19")])
def test_what_is_known_of_somebody_without_a_number_is_kept(sex, born):
    person = judged(id_number="", sex=sex, birth_date=born).person

    assert (person.sex, person.birth_date) == ("F" if sex else "", date(1988, 9, 19) if born else None)


def test_what_a_word_that_means_nothing_leaves_is_not_known():
    assert judged(status="？？").person.status == "unknown"
    assert judged(status=FORMULA, destination="贵阳").person.status == "unknown"
    assert judged(status=FORMULA, destination="贵阳").person.destination == 520100000000


def test_no_to_the_question_about_work_is_a_status():
    assert judged(status="无").person.status == "unemployed_willing"
    assert judged(status="-").person.status == "unknown"


def test_here_is_the_county_of_the_home():
    assert judged(destination="当地").person.destination == 520524000000
    assert judged(destination="当地", address=None).person.destination is None


def test_the_same_person_twice_is_told_with_the_earlier_row():
    changed, same = judge_all([a_row(), a_row(phone="13900000000"), a_row()], Context(TODAY))[1:]

    assert [changed.issues, same.issues] == [
        (Issue("duplicate_different_phone", "联系电话", (("row", "2"),)),),
        (Issue("duplicate_exact", "身份证号", (("row", "2"),)),),
    ]


@pytest.mark.parametrize("first, second", [("", "13900000000"), ("13812345678", ""), ("", "")])
def test_a_phone_given_once_is_no_other_phone(first, second):
    verdict = judge_all([a_row(phone=first), a_row(phone=second)], Context(TODAY))[1]

    assert verdict.issue_names == "duplicate_exact"


def test_rows_about_nobody_in_particular_are_not_the_same_person():
    nobody = a_row(id_number="", name="")

    assert [verdict.duplicate_of for verdict in judge_all([nobody, nobody], Context(TODAY))] == ["", ""]


def test_a_row_about_nobody_in_particular_is_not_looked_up():
    nobody = judged(id_number="")

    assert compare_with_register(nobody, Context(TODAY, {nobody.person.key: Registered(7, "王芳", 1)})) == nobody


HERE, ELSEWHERE = ((520524000000, 520525000000),), ((520521000000, 520522000000),)


@pytest.mark.parametrize(
    "name, ranges, issues",
    [
        ("王芳", None, [("already_registered", "身份证号")]),
        ("王芳", HERE, [("already_registered", "身份证号")]),
        ("王芬", HERE, [("number_of_another_name", "姓名")]),
        ("王芬", ELSEWHERE, [("registered_elsewhere", "身份证号")]),
    ],
)
def test_the_register_is_quoted_at_the_number(name, ranges, issues):
    known = {GOOD["id_number"]: Registered(7, name, 520524103200)}

    verdict = compare_with_register(judged(wage="两三千"), Context(TODAY, known, ranges))

    assert [(issue.name, issue.field) for issue in verdict.issues] == [("wage_invalid", "月工资"), *issues]


@pytest.mark.parametrize("ranges, issue", [(HERE, "already_registered"), (ELSEWHERE, "registered_elsewhere")])
def test_without_a_column_for_the_number_the_register_is_quoted_at_the_name(ranges, issue):
    verdict = judged(**WITHOUT_ID | {"id_number": None})
    known = {verdict.person.key: Registered(7, "王芳", 520524103200)}

    assert compare_with_register(verdict, Context(TODAY, known, ranges)).issues[-1] == Issue(issue, "姓名")


def test_a_home_outside_the_area_is_told_at_its_column():
    verdict = judged(context=Context(TODAY, ranges=ELSEWHERE))

    assert verdict.issues == (Issue("outside_your_area", "户籍地址"),)


def test_in_their_own_township_the_village_alone_is_enough():
    ranges = ((520524103000, 520524104000),)

    assert judged(address="凤坪村", context=Context(TODAY, ranges=ranges)).person.village == 520524103200


KINDS = st.sampled_from(["text", "number", "date", "boolean", "formula"])
ODD = ["", "\xad", "'", *GOOD.values(), "５２２４", "=1+1", "无", "1e400", "9" * 400, "46296", "\x00", "\ud7ff"]
CELLS = st.builds(Cell, st.text(max_size=40), KINDS, st.none() | st.dates()) | st.sampled_from(ODD).map(Cell)


@pytest.mark.parametrize("cell", ["\xad", "\u200b", "'", "----------", "\u2018\u2019"])
def test_a_cell_of_which_nothing_is_left_is_no_id_number(cell):
    found = judged(id_number=cell, sex="男", birth_date="1990-03-07")

    assert (found.verdict, found.issue_names, found.person.id_number) == ("review", "id_not_given", "")


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(sorted(HEADINGS)), CELLS), st.booleans())
def test_no_cell_whatsoever_breaks_a_row(cells, typed):
    verdict = judged(typed=typed, **cells)

    assert verdict.verdict in VERDICTS
    assert verdict.message or verdict.verdict == "accept"


def with_check_character(digits: str) -> str:
    weights = [2 ** (17 - i) % 11 for i in range(17)]
    return digits + "10X98765432"[sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11]


@pytest.mark.parametrize("column", ["remark", "employer", "skills", "wish", "industry"])
@pytest.mark.parametrize("words", ["弟弟{}", "{}找他", "({})"])
def test_no_number_of_a_person_goes_into_words_that_are_stored_in_clear(column, words):
    verdict = judged(**{column: words.format("13800001234")})

    assert getattr(verdict.person, column) == words.format("138****1234")
    assert ("number_in_text", HEADINGS[column]) in [(issue.name, issue.field) for issue in verdict.issues]
    assert verdict.verdict == "warn"


def test_a_formula_that_is_kept_as_text_keeps_no_number_either():
    assert "522425198809199026" not in judged(remark=Cell('=B2&"522425198809199026"', "formula")).person.remark


def test_a_row_with_a_stray_quote_says_so():
    row = replace(a_row(), has_stray_quote=True)

    assert [issue.name for issue in judge_all([row], Context(TODAY))[0].issues] == ["stray_quote"]
