import pytest
from django.core.exceptions import ValidationError

from areas.fields import PlaceField

pytestmark = pytest.mark.django_db


def test_a_place_in_words_becomes_its_division():
    assert PlaceField().clean("浙江永康").code == 330784000000


def test_no_place_is_no_division_where_none_is_asked_for():
    assert PlaceField(required=False).clean(" ") is None


def test_an_unknown_place_is_refused():
    with pytest.raises(ValidationError) as refusal:
        PlaceField().clean("不存在的地方")

    assert refusal.value.code == "unknown"
