"""What a reply means. Answers are single digits; whole words stop and start texts. Pure."""

import re
import unicodedata

from django.utils.translation import pgettext_lazy

from notifications.choices import Handled

# CANCEL and YES are Twilio's words for stop and start, so no text of ours may ask for them as an answer.
STOP = frozenset({
    "stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke", "t", "td", "tt",
    "停", "停止", "拒收",
})  # fmt: skip
# The same said in more words. Only such words may stand around it; with any other, as in 你们不收我, a person reads it.
TEXTS = "(?:短信|信息|消息)"
ASKS_TO_STOP = re.compile("|".join((
    r"(?<![a-z])td?退[订訂]|(?<![a-z])td(?![a-z])|退[订訂]|取消订阅",
    r"(?:别|(?<!要)不要|请勿|勿)再?(?:给我)?发|停止再?(?:给我)?(?:发送?|接收)",
    rf"不用再?(?:给我)?发(?:{TEXTS}|了)|(?<!要)不(?:需)?要{TEXTS}|(?:停发?|停止|取消){TEXTS}",
    rf"拒绝接收|(?:不再|拒绝?|不|不想再?)(?:接收|收){TEXTS}|不想再?收到(?:你们?的)?{TEXTS}",
    "(?:请|麻烦)停止?|停止?吧",
    "(?<!the)stop|unsubscribe|optout|canceltexts|don['’]?ttextme",
    "nomore(?:texts?|messages?|sms)|removeme|takemeoff(?:(?:your|the|this)?list)?",
)))  # fmt: skip
AROUND = re.compile(
    r"(?:请|麻烦|谢谢|再也|你们?|您|以后|我|的|回复?|要|想|给|帮|把|这些?|都|全部|所有|短信|信息|消息|了|吧|啊|啦|呀|(?:烦死|太烦|烦人)"
    r"|please|pls|sending|texting|texts?|messages?|sms|me|all|these|the|it|to|now|thanks?|thankyou|iwantto|from|you|td?)"
)
START = frozenset({"start", "unstop", "yes", "resume", "恢复", "恢复短信", "订阅", "重新接收"})
HELP = frozenset({"help", "info", "帮助", "?"})

ONE_DIGIT = re.compile(r"(?:回复|选|按)?\s*([0-9])\s*[.,。,、!]*")
SAYS_NOTHING = {"Cf", "So", "Sk"}
"""Kinds of characters: marks nobody sees, drawings, and what colours them."""
ENDING = " .,!。、~～\"'“”‘’《》【】[]()<>"
MARKS = re.compile(r"[\s.,!。、，！~～\-_\"'“”‘’《》【】\[\]()<>\u200b-\u200f\ufeff]")


def understand(body: str) -> tuple[str, str]:
    """(how it is handled, the digit or ""). A digit forgives full width, brackets and a full stop, and nothing else.

    To ask for no more texts is a right: it is understood with marks inside and polite words around it.
    """
    text = plain(body)
    if digit := ONE_DIGIT.fullmatch(text):
        return Handled.DIGIT, digit[1]
    if asks_to_stop(text):
        return Handled.OPT_OUT, ""
    if text in START:
        return Handled.OPT_IN, ""
    if text in HELP:
        return Handled.HELP, ""
    return Handled.TEXT, ""


def plain(body: str) -> str:
    said = "".join(c for c in unicodedata.normalize("NFKC", body) if unicodedata.category(c) not in SAYS_NOTHING)
    return said.strip(ENDING + "\n\t\r").lower()


def asks_to_stop(text: str) -> bool:
    if re.sub(r"\s", "", text) in STOP - {"tt"} or text in STOP:  # T_T and T T are tears
        return True
    bare = MARKS.sub("", text)
    found = ASKS_TO_STOP.search(bare)
    rest = bare[: found.start()] + " " + bare[found.end() :] if found else "?"
    return not AROUND.sub("", rest).strip()


SAID = {
    Handled.TEXT: pgettext_lazy("reply", "in words"),
    Handled.OPT_OUT: pgettext_lazy("reply", "no more texts"),
    Handled.OPT_IN: pgettext_lazy("reply", "texts again"),
    Handled.HELP: pgettext_lazy("reply", "asked for help"),
}


def answer(said: str) -> str:
    """How the journal speaks of a reply: the digit itself, or what kind of words it was, never the words."""
    return str(SAID.get(said, said))
