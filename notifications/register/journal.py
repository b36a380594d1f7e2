"""The sentences of this app's journal lines. Which text it was, never what it said: the text is on its own page."""

from django.utils.translation import gettext_lazy as _

from notifications import templates
from notifications.choices import Reason
from notifications.models import OptOut
from notifications.rules.reply_words import answer
from workers.journal import words

words.register(
    {
        "sms_sent": ("message", _("Text sent: {template}.")),
        "sms_failed": ("message-x", _("Text not sent: {template}. {reason}")),
        "sms_unknown": ("message-question", _("Nobody knows whether this text arrived: {template}. {reason}")),
        "sms_held_back": ("message-off", _("Text held back: {template}. {reason}")),
        "sms_sent_again": ("message-2", _("Decided to send again: {template}.")),
        "sms_reply_received": ("message-reply", _("Replied by text: {answer}.")),
        "sms_reply_unclear": (
            "message-question",
            _("Replied by text: {answer}. Others on this phone were asked too, so it was counted for nobody."),
        ),
        "sms_opted_out": ("bell-off", _("Wants no more texts. How known: {how}.")),
        "sms_opted_in": ("bell", _("Wants texts again.")),
    },
    values={
        "template": templates.title_of,
        "reason": words.label(Reason),
        "how": words.label(OptOut.How),
        "answer": answer,
    },
    parts={
        "sms_sent": words.Part.AFTERWARDS,
        **dict.fromkeys(("sms_held_back", "sms_failed", "sms_unknown"), words.Part.MACHINE),
    },
)
