"""What a wording may hold in braces, and what these look like for an invented person. Pure."""

from collections.abc import Collection, Mapping
from datetime import date
from string import Formatter

from django.utils.translation import gettext_lazy as _

from kit.days import local_moment
from kit.refusals import Refusal
from notifications.choices import CHINESE

# Who is meant, and what is asked at the door of a fair or a bus: nobody can do without.
NEEDED = frozenset({"name", "code"})
ANSWERS = {"zh": ("回复1", "回复2"), "en": ("reply 1", "2 if")}

SAMPLE = {
    "name": {"zh": "王建国", "en": "Wang Jianguo"},
    "cadre": {"zh": "杨昌贵", "en": "Yang Changgui"},
    "phone": "0857-5241032",
    "fair": {"zh": "织金县春风行动专场招聘会", "en": "Zhijin Spring Breeze job fair"},
    "place": {"zh": "县体育中心东门", "en": "East gate, County Sports Centre"},
    "dropoff": {"zh": "宁波汽车南站", "en": "Ningbo South Coach Station"},
    "code": "482913",
    "number": "CZ-260306-01",
    "trip": {"zh": "织金 → 宁波汽车南站", "en": "Zhijin → Ningbo South Coach Station"},
    "seat": {"zh": "12A座", "en": "seat 12A"},
    "plate": "贵F·99904",
    "serial": "织就荐〔2026〕0186",
    "employer": {"zh": "慈溪小家电厂", "en": "Cixi Appliances"},
    "starts_at": local_moment(date(2026, 3, 6), 9),
    "ends_at": local_moment(date(2026, 3, 6), 15),
    "gather_at": local_moment(date(2026, 3, 6), 12, 30),
    "departs_at": local_moment(date(2026, 3, 6), 13),
    "arrives_at": local_moment(date(2026, 3, 7), 15, 40),
    "valid_until": date(2026, 3, 31),
    "start_on": date(2026, 3, 9),
}


class WordingRefused(Refusal):
    """What is wrong with a wording, and where."""


def sample(fields: Collection[str], language: str) -> dict:
    """Values for every field, in the language of the text."""
    key = "zh" if language == CHINESE else "en"
    found = {name: SAMPLE.get(name, "…") for name in fields}
    return {name: value[key] if isinstance(value, Mapping) else value for name, value in found.items()}


def fields_of(text: str) -> frozenset[str]:
    """The names in braces. Refuses braces that do not close, and anything but a plain name in them."""
    try:
        parts = [(name, spec, conversion) for _text, name, spec, conversion in Formatter().parse(text)]
    except ValueError as error:
        raise WordingRefused(
            _("A brace { or } is left over."), way_out=_("Write each as it stands below, such as {name}.")
        ) from error
    odd = [name for name, spec, conversion in parts if name is not None and (spec or conversion)]
    odd += [name for name, _spec, _conversion in parts if name is not None and not name.isidentifier()]
    if odd:
        raise WordingRefused(
            _("{%(name)s} is not understood.") % {"name": odd[0]}, way_out=_("Take one of those that stand below.")
        )
    return frozenset(name for name, _spec, _conversion in parts if name is not None)


def check_fields(text: str, known: Collection[str]) -> None:
    """Nothing that no text of this kind knows, and what nobody can do without."""
    found = fields_of(text)
    if unknown := sorted(found - set(known)):
        raise WordingRefused(
            _("{%(name)s} is not known here.") % {"name": unknown[0]}, way_out=_("Take one of those that stand below.")
        )
    if missing := sorted((NEEDED & set(known)) - found):
        raise WordingRefused(
            _("{%(name)s} is missing.") % {"name": missing[0]},
            way_out=_(
                "A family shares one phone: each text names its person, and who has a code needs it at the door."
            ),
        )


def check_asks(text: str, language: str) -> None:
    """Who is asked hears which digit means what; the machine reads 1 as yes and 2 as no."""
    wanted = ANSWERS["zh" if language == CHINESE else "en"]
    if not all(words in text.lower() for words in wanted):
        raise WordingRefused(
            _("It has to say what 1 and 2 mean."),
            way_out=_("In Chinese “回复1” and “回复2”, in English “Reply 1 if you come, 2 if you cannot”."),
        )
