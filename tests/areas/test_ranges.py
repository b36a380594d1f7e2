import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from areas.models import Area
from areas.ranges import WIDTHS, code_at, in_ranges, is_inside, range_of

ZHIJIN = (520524000000, 520525000000)
MAOCHANG = (520524103000, 520524104000)


@pytest.mark.parametrize(
    "code, level, expected",
    [
        (520000000000, "province", (520000000000, 530000000000)),
        (520500000000, "prefecture", (520500000000, 520600000000)),
        (520524000000, "county", ZHIJIN),
        (520524103000, "township", MAOCHANG),
        (520524103200, "village", (520524103200, 520524103201)),
        (320576000000, "county", (320576000000, 320577000000)),
        (441900000000, "prefecture", (441900000000, 442000000000)),
    ],
)
def test_an_area_is_a_half_open_range(code, level, expected):
    assert range_of(code, level) == expected


def test_a_code_finer_than_its_level_is_refused():
    with pytest.raises(ValueError, match="520524103200 is not the code of a township"):
        range_of(520524103200, "township")


@given(st.integers(10**11, 10**12 - 1), st.sampled_from(sorted(WIDTHS)))
def test_every_code_lies_in_the_area_of_each_level_that_holds_it(code, level):
    low, high = range_of(code_at(code, level), level)

    assert low <= code < high


def test_is_inside_knows_both_ends():
    assert [is_inside(code, [MAOCHANG]) for code in (520524102999, 520524103000, 520524103999, 520524104000)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_no_range_is_no_condition_that_could_match():
    assert in_ranges("code", []) == Q(pk__in=[])


@pytest.mark.django_db
def test_no_range_matches_no_row():
    assert list(Area.objects.filter(in_ranges("code", []))) == []


@pytest.mark.django_db
def test_two_ranges_match_the_rows_of_either():
    fengping, huaqi = (520524103200, 520524103201), (520524104200, 520524104201)

    found = Area.objects.filter(in_ranges("code", [fengping, huaqi]))

    assert [area.pk for area in found] == [520524103200, 520524104200]
