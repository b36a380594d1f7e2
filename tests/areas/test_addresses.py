import pytest
from hypothesis import given
from hypothesis import strategies as st

from areas.addresses import Resolution, resolve_home
from areas.destinations import resolve_destination
from areas.models import Area
from areas.selectors import full_name

pytestmark = pytest.mark.django_db

ZHIJIN = (520524000000, 520525000000)


@pytest.mark.parametrize(
    "text",
    [
        "织金县猫场镇凤坪村",
        "贵州省毕节市织金县猫场镇凤坪村",
        "毕节市织金县猫场镇凤坪村村民委员会",
        "织金县猫场镇凤坪村村委会",
        "织金县猫场镇凤坪村三组",
        "织金县　猫场镇 凤坪村",
        "织金县-猫场镇-凤坪村",
        "织金县猫场镇凤坪三组",
        "猫场镇凤坪村",
        "织金猫场镇凤坪村",
    ],
)
def test_one_village_written_in_many_ways(text):
    resolved = resolve_home(text)

    assert (resolved.code, resolved.notes) == (520524103200, ())


@pytest.mark.parametrize(
    "text, code, note",
    [
        ("黔西县谷里镇谷兴社区", 520581103001, "old_county_name"),
        ("贵州省毕节市黔西县定新彝族苗族乡安乐村二组", 520581208211, "old_county_name"),
        ("织金县猫场凤坪村", 520524103200, "other_spelling"),
        ("织金县猫场乡凤坪村", 520524103200, "other_spelling"),
        ("织金县猫场镇凤坪社区", 520524103200, "village_kind_differs"),
        ("织金县凤坪村", 520524103200, "township_missing"),
    ],
)
def test_what_is_forgiven_is_noted(text, code, note):
    resolved = resolve_home(text)

    assert (resolved.code, resolved.notes) == (code, (note,))


@pytest.mark.parametrize(
    "text, nearest, note",
    [
        ("大方县", "贵州省 · 毕节市 · 大方县", "county_only"),
        ("织金县猫场镇", "织金县 · 猫场镇", "township_only"),
        ("织金县白泥镇太阳谷村", "织金县 · 白泥镇", "no_such_village"),
        ("织金县望江镇牛硐社区", "贵州省 · 毕节市 · 织金县", "no_such_township"),
        ("威宁彝族回族苗族自治县开华街道天河社区", "威宁彝族回族苗族自治县 · 开华街道", "no_such_village"),
        ("凤坪村", "", "outside_bijie"),
        ("广东省深圳市南山区", "", "outside_bijie"),
        ("", "", "empty"),
        ("——", "", "empty"),
    ],
)
def test_what_names_no_village_says_how_far_it_leads(text, nearest, note):
    resolved = resolve_home(text)

    assert (resolved.code, full_name(resolved.nearest), resolved.notes[-1]) == (None, nearest, note)


def test_a_name_that_two_counties_share_is_not_guessed():
    twins = Area.objects.filter(level="village", short_name="和平村", parent__name="龙场镇")

    assert resolve_home("龙场镇") == Resolution(None, notes=("ambiguous",))
    assert twins.count() < 2 or resolve_home("龙场镇和平村").code is None


def test_what_follows_the_village_is_kept():
    assert resolve_home("贵州省毕节市纳雍县玉龙坝镇新街村新寨组").detail == "新寨组"


def test_a_cadre_may_leave_out_what_goes_without_saying():
    assert resolve_home("凤坪村二组", within=[ZHIJIN]).code == 520524103200
    assert resolve_home("凤坪村二组", within=[(520521000000, 520522000000)]).code is None


def test_another_village_that_begins_alike_is_not_taken():
    assert resolve_home("织金县猫场镇凤坪山村").code is None


def test_every_village_is_found_by_its_own_full_name():
    villages = Area.objects.filter(level="village").select_related("parent__parent")
    full = {village.pk: f"{village.parent.parent.name}{village.parent.name}{village.name}" for village in villages}

    lost = {text for code, text in full.items() if resolve_home(text).code != code}

    assert lost == set()


@given(
    st.text(max_size=30)
    | st.lists(st.sampled_from("贵州省毕节市织金县猫场镇凤坪村组社区乡威宁"), max_size=15).map("".join)
)
def test_any_text_resolves_to_a_village_or_says_why(text):
    resolved = resolve_home(text)

    assert bool(resolved.code) or bool(resolved.notes)


@pytest.mark.parametrize(
    "text, name",
    [
        ("温州", "浙江省 · 温州市"),
        ("浙江台州", "浙江省 · 台州市"),
        ("广东省佛山市", "广东省 · 佛山市"),
        ("浙江永康", "浙江省 · 金华市 · 永康市"),
        ("福建晋江某鞋厂", "福建省 · 泉州市 · 晋江市"),
        ("贵州省毕节市", "贵州省 · 毕节市"),
        ("中山", "广东省 · 中山市"),
        ("东莞长安镇", "广东省 · 东莞市"),
        ("吉林", "吉林省"),
        ("吉林省吉林市", "吉林省 · 吉林市"),
        ("北京朝阳区", "北京市 · 朝阳区"),
        ("重庆市万州区", "重庆市 · 万州区"),
        ("湖北省仙桃市", "湖北省 · 仙桃市"),
        ("苏州工业园区", "江苏省 · 苏州市 · 苏州工业园区"),
        ("黔东南州凯里市", "贵州省 · 黔东南苗族侗族自治州 · 凯里市"),
        ("朝阳区", ""),
        ("鼓楼区", ""),
        ("缅甸", ""),
        ("", ""),
    ],
)
def test_a_destination_is_read_as_deep_as_it_goes(text, name):
    assert full_name(resolve_destination(text)) == name


@given(st.text(max_size=30))
def test_any_text_is_a_destination_or_none(text):
    code = resolve_destination(text)

    assert code is None or full_name(code) != ""
