"""How each text is worded now: as an administrator set it, else as the house came with it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal
from notifications import gateways, policies, templates
from notifications.choices import CHINESE, ENGLISH
from notifications.models import Wording
from notifications.receiving import questions
from notifications.rules.placeholders import WordingRefused, check_asks, check_fields, fields_of, sample
from notifications.rules.segments import count_segments
from notifications.rules.sensitive import check_not_sensitive
from notifications.rules.signatures import CITY
from notifications.wording import LINK, letter_of
from staff.models import User
from staff.register import settings_log

MOST_PARTS = 4


class RewordedMeanwhile(Refusal):
    message = _("Somebody else has reworded this text meanwhile.")
    way_out = _("Look at the wording of now, and change that.")


def in_force(key: str) -> dict[str, str]:
    """By language. One that asks for what the text no longer knows, since an update, does not count."""
    template = templates.get(key)
    newest = newest_of(key)
    if newest is None or not fields_of(newest.zh) | fields_of(newest.en) <= template.fields:
        return dict(template.texts)
    return {CHINESE: newest.zh, ENGLISH: newest.en}


@transaction.atomic
def reword(*, key: str, zh: str, en: str, seen: int | None, by: User, at: datetime) -> Wording:
    """From now on; texts that are written down already stay as they are. `seen` is the newest row when it was read.

    The same again changes nothing.
    """
    policies.check_can_set_wordings(by)
    check_wording(key, zh, CHINESE)
    check_wording(key, en, ENGLISH)
    newest = newest_of(key)
    if newest and (newest.zh, newest.en) == (zh, en):
        return newest
    before, after = in_force(key), {CHINESE: zh, ENGLISH: en}
    settings_log.write_down("text_reworded", by=by, at=at, template=key, before=before, after=after)
    try:
        with transaction.atomic():
            return Wording.objects.create(template=key, zh=zh, en=en, by=by, since=at, replaces_id=seen)
    except IntegrityError as error:
        raise RewordedMeanwhile from error


def newest_of(key: str) -> Wording | None:
    return Wording.objects.filter(template=key).order_by("-pk").first()


def check_wording(key: str, text: str, language: str) -> None:
    """Raises the refusal that says what is wrong."""
    template = templates.get(key)
    check_fields(text, template.fields)
    check_not_sensitive(text)
    if LINK.search(text):
        raise WordingRefused(_("A web address is not carried."), way_out=_("Operators drop such texts in silence."))
    if key in questions.ASKING:
        check_asks(text, language)
    most = max(MOST_PARTS, parts_of(on_the_phone(key, template.texts[language], language)))
    if (parts := parts_of(on_the_phone(key, text, language))) > most:
        raise WordingRefused(
            _("Too long: it would be sent as %(n)d texts.") % {"n": parts},
            way_out=_("Shorten it to at most %(n)d.") % {"n": most},
        )


def on_the_phone(key: str, text: str, language: str) -> str:
    """As an invented person gets it, signature and all."""
    words = templates.filled(text, sample(templates.get(key).fields, language), language)
    return letter_of(words, area_code=CITY, language=language, gateway=gateways.current())


def parts_of(letter: str) -> int:
    return count_segments(letter, knows_gsm7=gateways.current().capabilities.knows_gsm7)
