import pytest
from django.core.exceptions import ValidationError

from areas.destinations import resolve_destination
from areas.fields import PlaceField
from areas.models import Area

pytestmark = pytest.mark.django_db


def test_a_place_in_words_becomes_its_division():
    assert PlaceField().clean("浙江永康").code == 330784000000


def test_no_place_is_no_division_where_none_is_asked_for():
    assert PlaceField(required=False).clean(" ") is None


def test_an_unknown_place_is_refused():
    with pytest.raises(ValidationError) as refusal:
        PlaceField().clean("不存在的地方")

    assert refusal.value.code == "unknown"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Yongkang", "永康市"),
        ("Yongkang, Zhejiang", "永康市"),
        ("yongkang in zhejiang", "永康市"),
        ("Jinsha County", "金沙县"),
        ("Guangdong", "广东省"),
    ],
)
def test_a_place_may_be_written_in_english_as_the_form_shows_it(text, name):
    assert Area.objects.get(pk=resolve_destination(text)).name == name
