"""What no text may show, because anybody may pick up the phone: ID numbers, poverty tags, pay disputes. Pure."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal

ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{5}(18|19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dx](?!\d)")
OLD_ID_NUMBER = re.compile(r"(?<!\d)[1-8]\d{7}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-_.·]+(?=[\dx])")

CHINESE_WORDS = (
    "身份证号", "脱贫", "贫困", "返贫", "致贫", "扶贫", "监测对象", "监测户", "建档立卡", "搬迁户", "零就业",
    "困难人员", "困难户", "低保", "特困", "残疾", "未成年工",
    "欠薪", "拖欠", "讨薪", "仲裁", "投诉", "举报",
)  # fmt: skip
ENGLISH_WORDS = re.compile(
    r"\b(id numbers?|poverty|lifted[- ]out|poor households?|monitored|relocated households?|zero[- ]employment|"
    r"low[- ]security|subsistence allowances?|disab(led|ility)|"
    r"arrears|unpaid wages|arbitration|complaints?)\b"
)


class SensitiveText(Refusal):
    """Raised for a template when it is registered, and for a text when it is rendered."""

    message = _("This text would show something sensitive.")
    way_out = _("Reword it: no ID number, no poverty or household tag, nothing about unpaid wages.")


def find_sensitive(text: str) -> str:
    """What is wrong, in one word, or an empty string. Full-width and spaced-out digits do not slip through."""
    plain = unicodedata.normalize("NFKC", text).lower()
    digits = BETWEEN_DIGITS.sub("", plain)
    if ID_NUMBER.search(digits) or OLD_ID_NUMBER.search(digits):
        return "id_number"
    for word in CHINESE_WORDS:
        if word in plain:
            return word
    found = ENGLISH_WORDS.search(plain)
    return found.group() if found else ""


def check_not_sensitive(text: str) -> None:
    """The refusal names the kind, never the text: refusals reach screens and logs."""
    if find_sensitive(text):
        raise SensitiveText
