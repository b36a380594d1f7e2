"""How a change of the words of a text is said to the auditor."""

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notifications import templates
from notifications.choices import CHINESE, ENGLISH
from staff.register import settings_log
from staff.register.settings_log import Said


def text_reworded(data: Mapping) -> Said:
    """In the language of whoever reads; where only the other one changed, that one."""
    reads = ENGLISH if (get_language() or "").startswith("en") else CHINESE
    changed = [name for name in (reads, CHINESE, ENGLISH) if data["before"][name] != data["after"][name]]
    language = (changed or [reads])[0]
    words = {"before": data["before"][language], "after": data["after"][language]}
    return Said(
        _("Text: %(title)s") % {"title": templates.title_of(data["template"])},
        _("Now: %(after)s Before: %(before)s") % words,
    )


settings_log.register({"text_reworded": text_reworded})
