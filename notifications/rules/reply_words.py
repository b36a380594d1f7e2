"""What a reply means. Answers are single digits; whole words stop and start texts. Pure."""

import re
import unicodedata

from django.utils.translation import pgettext_lazy

from notifications.choices import Handled

# CANCEL and YES are Twilio's words for stop and start, so no text of ours may ask for them as an answer.
STOP = frozenset({
    "stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke",
    "t", "td", "tt", "退订", "退订短信", "停止接收", "不要发了", "别发了",
})  # fmt: skip
START = frozenset({"start", "unstop", "yes", "resume", "恢复", "恢复短信", "订阅", "重新接收"})
HELP = frozenset({"help", "info", "帮助", "?"})

ONE_DIGIT = re.compile(r"(?:回复|选|按)?\s*([0-9])\s*[.,。,、!]*")
ENDING = " .,!。、~～\"'“”‘’《》【】[]()<>"


def understand(body: str) -> tuple[str, str]:
    """(how it is handled, the digit or ""). Full-width digits, brackets and a full stop are forgiven, nothing else."""
    text = unicodedata.normalize("NFKC", body).strip(ENDING + "\n\t\r").lower()
    if digit := ONE_DIGIT.fullmatch(text):
        return Handled.DIGIT, digit[1]
    if text in STOP:
        return Handled.OPT_OUT, ""
    if text in START:
        return Handled.OPT_IN, ""
    if text in HELP:
        return Handled.HELP, ""
    return Handled.TEXT, ""


SAID = {
    Handled.TEXT: pgettext_lazy("reply", "in words"),
    Handled.OPT_OUT: pgettext_lazy("reply", "no more texts"),
    Handled.OPT_IN: pgettext_lazy("reply", "texts again"),
    Handled.HELP: pgettext_lazy("reply", "asked for help"),
}


def answer(said: str) -> str:
    """How the journal speaks of a reply: the digit itself, or what kind of words it was, never the words."""
    return str(SAID.get(said, said))
