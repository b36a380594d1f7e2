"""What a reply means. Answers are single digits; whole words stop and start texts. Pure."""

import re
import unicodedata

from django.utils.translation import pgettext_lazy

from kit.characters import without_unseen
from notifications.choices import Handled

# CANCEL and YES are Twilio's words for stop and start, so no text of ours may ask for them as an answer.
STOP = frozenset({
    "stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke", "t", "td", "tt",
    "停", "停止", "拒收", "请拒收", "t退", "td退",
})  # fmt: skip
# The same said in more words. Only such words may stand around it; with any other, as in 你们不收我, a person reads it.
TEXTS = "(?:短信|信息|消息)"
ASKS_TO_STOP = re.compile("|".join((
    r"(?<![a-z])td?退[订訂]|(?<![a-z])(?:td)+(?![a-z])|退[订訂]|取消订阅",
    r"(?:别|莫|(?<!要)不要|请勿|勿)再?(?:给我)?(?:发|打扰|骚扰)|停止再?(?:给我)?(?:发送?|接收)",
    rf"不用再?(?:给我)?发(?:{TEXTS}|了)|(?<!要)不(?:需|想)?要{TEXTS}|(?:停发?|停止|取消){TEXTS}",
    rf"拒绝接收|(?:不再|拒绝?|不|不想再?)(?:接收|接受|收){TEXTS}|不想再?收到(?:你们?的)?{TEXTS}",
    rf"拒绝{TEXTS}|{TEXTS}停(?:了吧|掉)|(?:把|将){TEXTS}停",
    "(?:请|麻烦)停(?!止)|(?:请|麻烦)停止(?!再?(?:给我)?(?:发|接))|停止?吧",
    "(?<!the)stop|unsub(?:scribe)?|optout|optmeout|canceltexts|(?:dont|donot)textme|(?:quit|end)text(?:s|ing)",
    "notexts|nomore(?:texts?|messages?|sms)|idontwant(?:these|any|your|more)*texts?",
    "removeme(?:from(?:your|the|this)list)?|takemeoff(?:(?:your|the|this)?list)?",
)))  # fmt: skip
STOP_AND_NO_MORE = re.compile("(?:回复?|我要)停|停{2,}|停谢谢")
NAMES_TEXTS = re.compile(rf"{TEXTS}|退[订訂]|取消订阅|(?<![a-z])td(?![a-z])|texts?|unsubscribe", re.ASCII)
"""Beside a reason, only what says that texts are meant: 别发，等等我 is said to a bus."""
CLAUSE = re.compile(r"[，。；！,;!\n]+|\.\s")
AROUND = re.compile(
    r"(?:请|麻烦|谢谢|申请|要求|确认|同意|再也|你们?|您|以后|我|的|回复?|要|想|给|帮|把|这些?|都|全部|所有|短信|信息|消息|了|吧|啊|啦|呀|咯|嘛|哈|过来|(?:烦死|太烦|烦人)"
    r"|please|pls|sending|texting|texts?|messages?|sms|me|all|these|the|it|to|now|thanks?|thankyou|iwantto|from|you|again|anymore|td?)"
)
THANKS = frozenset({
    "好", "好的", "好滴", "好嘞", "好的好的", "好的谢谢", "谢谢", "谢谢您", "多谢", "感谢",
    "收到", "收到谢谢", "知道了", "知道", "晓得了", "嗯", "嗯嗯", "行", "可以", "没问题",
    "ok", "okay", "thanks", "thankyou", "thx", "gotit", "received", "fine",
})  # fmt: skip
"""Said to a text that asks nothing, they ask nothing either."""
START = frozenset({"start", "unstop", "yes", "resume", "恢复", "恢复短信", "订阅", "重新接收"})
HELP = frozenset({"help", "info", "帮助", "?"})

ONE_DIGIT = re.compile(r"(?:回复|选|按)?\s*([0-9])\s*[.,。,、!]*")
SAYS_NOTHING = {"So", "Sk", "Me"}
"""Kinds of characters: drawings, what colours them, and the box around a digit."""
ENDING = " .,!。、~～\"'“”‘’《》【】[]()<>"
MARKS = re.compile(r"[^\w?]|_")
"""But for the question mark: who asks, as in 退订?, has not said it yet."""


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
    folded = unicodedata.normalize("NFKC", without_unseen(body))
    said = "".join(c for c in folded if unicodedata.category(c) not in SAYS_NOTHING)
    return said.strip(ENDING + "\n\t\r").lower()


def says_something(body: str) -> bool:
    """More than thanks: somebody should read it, even where nothing was asked."""
    return MARKS.sub("", plain(body)) not in THANKS | {""}


def asks_to_stop(text: str) -> bool:
    """Said alone, or as the first or last thing said of texts: 退订，已找到工作."""
    first, *_, last = CLAUSE.split(text) * 2
    return _says_stop(text) or any(_says_stop(said) for said in {first, last} if NAMES_TEXTS.search(said))


def _says_stop(text: str) -> bool:
    bare = MARKS.sub("", text)
    if bare in STOP - {"tt"} or text in STOP:  # T_T and T T are tears
        return True
    rest = ASKS_TO_STOP.sub(" ", bare)
    return bool(STOP_AND_NO_MORE.fullmatch(bare)) or (rest != bare and not AROUND.sub("", rest).strip())


SAID = {
    Handled.TEXT: pgettext_lazy("reply", "in words"),
    Handled.OPT_OUT: pgettext_lazy("reply", "no more texts"),
    Handled.OPT_IN: pgettext_lazy("reply", "texts again"),
    Handled.HELP: pgettext_lazy("reply", "asked for help"),
}


def answer(said: str) -> str:
    """How the journal speaks of a reply: the digit itself, or what kind of words it was, never the words."""
    return str(SAID.get(said, said))
