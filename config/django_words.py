"""Sentences of Django's own that our catalogue says differently: 您, not 你, and short enough for a phone.

Nothing imports this; it lets makemessages see that they are wanted.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

SAID_OUR_WAY = (
    _("This field is required."),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    _("Your password can’t be entirely numeric."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
    _("Enter the same password as before, for verification."),
)
