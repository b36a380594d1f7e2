import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rules.sensitive import SensitiveText, check_not_sensitive, find_sensitive
from tests.workers.factories import make_id_number


@pytest.mark.parametrize(
    "text",
    [
        "李国琴 522425198706019028 已登记",
        "李国琴 52242519870601902X 已登记",
        "身份证 52242519870601902x",
        "５２２４２５１９８７０６０１９０２８",
        "522425 19870601 9028",
        "522425-1987-0601-9028",
        "522425870601902 旧证",
        "脱贫劳动力专场招聘会",
        "防返贫监测对象座谈",
        "零就业家庭帮扶",
        "低保家庭优先",
        "您反映的欠薪问题已受理",
        "拖欠工资一事已移交",
        "A fair for people lifted out of poverty",
        "your ARREARS case",
        "Zero-employment families first",
    ],
)
def test_sensitive_words_and_id_numbers_are_found(text):
    with pytest.raises(SensitiveText):
        check_not_sensitive(text)


@pytest.mark.parametrize(
    "text",
    [
        "您好，招聘会2026年3月6日09:00开始，地点文腾广场，咨询0857-7621234。",
        "车次 520524-0306-01，座位12，2026-03-06 07:30 集合",
        "请拨打 12333 或 13800001111 联系王芳",
        "Your seat 12 on 6 Mar 07:30. Questions: 12333.",
        "编号 20260306123456",
        "relocated to stop 3",
    ],
)
def test_ordinary_texts_pass(text):
    assert find_sensitive(text) == ""


@given(st.integers(0, 49), st.sampled_from(["", " ", "-", "　", ". "]), st.text(alphabet="织金就业abc，。", max_size=9))
def test_no_synthetic_id_number_slips_through_however_it_is_spaced(n, gap, around):
    number = make_id_number(n=n)

    assert find_sensitive(f"{around}{number[:6]}{gap}{number[6:14]}{gap}{number[14:]}{around}") == "id_number"
