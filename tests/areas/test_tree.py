import importlib
from collections import Counter
from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from areas import loading
from areas.data import build
from areas.models import Area, Holiday, OtherName
from areas.selectors import children_of, full_name, place_name

pytestmark = pytest.mark.django_db

BIJIE, ZHIJIN, FENGPING = 520500000000, 520524000000, 520524103200


def test_migrate_leaves_bijie_loaded_to_the_village():
    bijie = Area.objects.get(pk=BIJIE)

    levels = Counter(Area.objects.within(bijie).values_list("level", flat=True))

    assert levels == {"prefecture": 1, "county": 8, "township": 279, "village": 3716}


def test_migrate_leaves_china_loaded_to_the_county():
    levels = Counter(Area.objects.exclude(level__in=["township", "village"]).values_list("level", flat=True))

    assert levels == {"province": 34, "prefecture": 342, "county": 2982}


def test_every_area_lies_inside_its_parent():
    strays = [
        area.pk
        for area in Area.objects.exclude(parent=None).select_related("parent")
        if not area.parent.contains(area.pk)
    ]

    assert strays == []


def test_every_code_is_the_low_end_of_its_range():
    assert [area.pk for area in Area.objects.all() if not area.low == area.pk < area.high] == []


def test_dongguan_zhongshan_and_danzhou_have_no_counties():
    for code in (441900000000, 442000000000, 460400000000):
        assert children_of(code) == []


def test_loading_again_changes_nothing():
    before = list(Area.objects.order_by("pk").values_list())

    loading.load_areas()
    loading.load_holidays()

    assert list(Area.objects.order_by("pk").values_list()) == before
    assert (OtherName.objects.count(), Holiday.objects.count()) == (14, 39)


def test_loading_keeps_what_was_entered_by_hand():
    Area.objects.filter(pk=FENGPING).update(valid_to=date(2027, 1, 1), name="?")
    Holiday.objects.filter(date=date(2026, 10, 10)).update(is_working_day=False)

    loading.load_areas()
    loading.load_holidays()

    assert Area.objects.get(pk=FENGPING).valid_to == date(2027, 1, 1)
    assert Area.objects.get(pk=FENGPING).name == "凤坪村村民委员会"
    assert Holiday.objects.get(date=date(2026, 10, 10)).is_working_day is False


def test_the_built_files_are_those_the_sources_give():
    areas, others = build.build()

    assert [{name: str(value) for name, value in row.items()} for row in areas] == loading._read("areas.csv")
    assert others == loading._read("other_names.csv")


def test_only_current_divisions_are_current():
    Area.objects.filter(pk=FENGPING).update(valid_from=date(2020, 1, 1), valid_to=date(2026, 7, 1))
    village = Area.objects.filter(pk=FENGPING)

    days = [date(2019, 12, 31), date(2020, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]

    assert [village.current(day).exists() for day in days] == [False, True, True, False]


def test_the_levels_and_children_of_an_area():
    zhijin = Area.objects.get(pk=ZHIJIN)

    assert Area.objects.children_of(zhijin).count() == 33
    assert Area.objects.within(zhijin).at_level("village").count() == 584


def test_a_point_says_how_it_is_known():
    points = {
        area.pk: area.point_method for area in Area.objects.filter(pk__in=[BIJIE, ZHIJIN, FENGPING, 330784000000])
    }

    assert points == {BIJIE: "seat", ZHIJIN: "seat", FENGPING: "county_seat", 330784000000: "prefecture"}
    assert Area.objects.filter(pk__gt=BIJIE, pk__lt=520600000000, lon=None).count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"lon": None},
        {"point_method": "none"},
        {"parent": None},
        {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 1, 1)},
    ],
    ids=lambda change: ", ".join(change),
)
def test_the_database_refuses_what_cannot_be(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.filter(pk=ZHIJIN).update(**change)


@pytest.mark.parametrize(
    "code, chinese, english",
    [
        (FENGPING, "织金县 · 猫场镇 · 凤坪村", "Zhijin County · Maochang Town · Fengping Village"),
        (ZHIJIN, "贵州省 · 毕节市 · 织金县", "Guizhou · Bijie · Zhijin County"),
        (330784000000, "浙江省 · 金华市 · 永康市", "Zhejiang · Jinhua · Yongkang City"),
        (110105000000, "北京市 · 朝阳区", "Beijing · Chaoyang District"),
        (419001000000, "河南省 · 济源市", "Henan · Jiyuan City"),
        (320576000000, "江苏省 · 苏州市 · 苏州工业园区", "Jiangsu · Suzhou · Suzhou Industrial Park"),
        (None, "", ""),
    ],
)
def test_a_place_has_a_name_in_both_languages(code, chinese, english):
    with override("zh-hans"):
        assert full_name(code) == chinese
    with override("en"):
        assert full_name(code) == english


def test_an_area_is_called_by_its_everyday_name():
    village = Area.objects.get(pk=FENGPING)

    with override("zh-hans"):
        assert (str(village), place_name(village)) == ("凤坪村", "凤坪村")
    with override("en"):
        assert str(village) == "Fengping Village"


def test_naming_every_village_of_a_township_costs_no_query():
    full_name(FENGPING)

    with CaptureQueriesContext(connection) as queries:
        names = {full_name(option.code) for option in children_of(520524103000)}

    assert (len(names), len(queries)) == (28, 0)


def test_the_children_of_a_municipality_skip_the_placeholder():
    assert [option.code for option in children_of(310000000000)][:2] == [310101000000, 310104000000]


def test_the_data_migration_can_be_taken_back_and_done_again():
    migration = importlib.import_module("areas.migrations.0002_load_divisions_and_holidays")

    migration.unload(apps, None)
    assert (Area.objects.count(), OtherName.objects.count(), Holiday.objects.count()) == (0, 0, 0)

    migration.load(apps, None)
    assert (Area.objects.count(), OtherName.objects.count(), Holiday.objects.count()) == (7353, 14, 39)
