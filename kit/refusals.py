"""The one base of every expected "no" in the house, and the one that every app has."""

import re

from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A rule said no. Shown to the person as it stands, never logged as an error.

    `message` is one translated sentence fit for a cadre; `way_out`, when there is one, says what to do
    next. A subclass sets both as defaults; raising it with text replaces them:

        class TripFull(Refusal):
            message = _("Every seat on this bus is taken.")
            way_out = _("Put the person on the standby list.")
    """

    message = _("This cannot be done.")
    way_out = ""

    def __init__(self, message=None, *, way_out=None):
        if message is not None:
            self.message = message
        if way_out is not None:
            self.way_out = way_out
        super().__init__(self.message)

    def __str__(self):
        return str(self.message)

    @classproperty
    def code(cls) -> str:
        """`trip_full` for TripFull: the word for forms, APIs, reports and tests, the same in every language."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class Busy(Refusal):
    """A lock was not given in time. The same again, a moment later, may well pass."""

    message = _("Somebody else is saving this right now.")
    way_out = _("Wait a moment and press again.")


class ReasonMissing(Refusal):
    message = _("Say in a few words why.")
