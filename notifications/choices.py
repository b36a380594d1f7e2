"""Words that are stored with texts and replies. Each reason is a whole sentence a supervisor can act on."""

from django.db import models
from django.utils.translation import pgettext_lazy

CHINESE, ENGLISH = "zh-hans", "en"


class Reason(models.TextChoices):
    # suppressed before it left
    NO_PHONE = "no_phone", pgettext_lazy("why not", "No phone number on record.")
    OPTED_OUT = "opted_out", pgettext_lazy("why not", "This phone asked for no texts.")
    NOT_ALLOWED = "not_allowed", pgettext_lazy("why not", "The worker does not want texts.")
    SENSITIVE_TEXT = "sensitive_text", pgettext_lazy("why not", "The text would have shown something sensitive.")
    TOO_LATE = "too_late", pgettext_lazy("why not", "It would have come too late to be of use.")
    WITHDRAWN = "withdrawn", pgettext_lazy("why not", "Withdrawn: the occasion no longer holds.")
    # failed for good
    NUMBER_INVALID = "number_invalid", pgettext_lazy("why not", "The number does not exist. Ask for a new one.")
    NOT_MOBILE = "not_mobile", pgettext_lazy("why not", "The number cannot receive texts (a landline?).")
    UNREACHABLE = "unreachable", pgettext_lazy("why not", "The phone is switched off or out of reach.")
    BLOCKED = "blocked", pgettext_lazy("why not", "The operator blocked the text.")
    REFUSED = "refused", pgettext_lazy("why not", "The network refused the text.")
    GAVE_UP = "gave_up", pgettext_lazy("why not", "The network was busy too many times.")
    # nobody knows
    NO_ANSWER = "no_answer", pgettext_lazy("why not", "The network did not answer in time; it may have been sent.")
    INTERRUPTED = "interrupted", pgettext_lazy("why not", "We were interrupted while sending; it may have been sent.")


class Handled(models.TextChoices):
    """What a reply was taken for."""

    DIGIT = "digit", pgettext_lazy("reply", "Answer")
    TEXT = "text", pgettext_lazy("reply", "Words to read")
    OPT_OUT = "opt_out", pgettext_lazy("reply", "Opted out")
    OPT_IN = "opt_in", pgettext_lazy("reply", "Opted in again")
    HELP = "help", pgettext_lazy("reply", "Asked for help")
    UNCLEAR = "unclear", pgettext_lazy("reply", "Fits two people on this phone")
    STRANGER = "stranger", pgettext_lazy("reply", "From a number we never wrote to")


WORDS = frozenset({Handled.TEXT, Handled.UNCLEAR, Handled.HELP})
"""Of somebody whose text it may be: their cadre is asked to read it."""
FOR_A_PERSON = WORDS | {Handled.STRANGER}
"""No machine acts on it."""
