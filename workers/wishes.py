"""The four answers to "where do they want to go?": stored as rosters write them, said in the reader's language."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PLACES = {
    "省外": _("Other province"),
    "省内": _("In the province"),
    "县内": _("Nearby"),
    "都可以": pgettext_lazy("place of work", "Anywhere"),
}


def spoken_place(text: str) -> str:
    """Somebody's own words stay as they are."""
    return str(PLACES.get(text, text))
