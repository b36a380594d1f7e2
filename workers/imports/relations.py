"""What somebody is to the head of the household, in the words of rosters."""

import re
import unicodedata

from workers.choices import HouseholdRole
from workers.imports.cells import Cell
from workers.imports.fields import Read

HEAD = HouseholdRole.HEAD
WORDS = {
    HouseholdRole.HEAD: "户主 本人 户主本人 本户户主 自己 本人户主 是 HEAD SELF",
    HouseholdRole.SPOUSE: "配偶 妻 妻子 夫 丈夫 爱人 老婆 老公 夫妻 之妻 之夫 SPOUSE WIFE HUSBAND",
    HouseholdRole.CHILD: (
        "子 女 儿子 女儿 子女 独生子 独生女 长子 次子 二子 三子 四子 五子 长女 次女 二女 三女 四女 五女 大儿子 二儿子 "
        "小儿子 大女儿 二女儿 小女儿 养子 养女 继子 继女 养子女 继子女 之子 之女 SON DAUGHTER CHILD"
    ),
    HouseholdRole.CHILD_IN_LAW: "儿媳 儿媳妇 女婿 长媳 次媳 大儿媳 二儿媳 之儿媳 之女婿 长子媳 次子媳 婿",
    HouseholdRole.PARENT: "父 母 父亲 母亲 父母 爸爸 妈妈 之父 之母 继父 继母 养父 养母 PARENT FATHER MOTHER",
    HouseholdRole.SIBLING: (
        "兄 弟 姐 妹 姊 哥哥 弟弟 姐姐 妹妹 兄弟 姐妹 兄弟姐妹 之兄 之弟 之姐 之妹 长兄 次兄 胞兄 胞弟 胞姐 胞妹 "
        "BROTHER SISTER SIBLING"
    ),
    HouseholdRole.OTHER: (
        "祖父 祖母 爷爷 奶奶 外祖父 外祖母 外公 外婆 孙 孙子 孙女 孙子女 外孙 外孙子 外孙女 外孙子女 之孙 之孙女 孙媳 "
        "孙媳妇 曾孙 曾孙子 曾孙女 公公 婆婆 公婆 岳父 岳母 岳父母 伯父 伯母 叔父 叔叔 婶婶 姑姑 舅舅 姨妈 侄 侄子 "
        "侄女 侄儿 外甥 外甥女 兄弟媳妇 嫂子 弟媳 弟媳妇 姐夫 妹夫 其他 其它 其他亲属 其他关系 亲戚 亲属 非亲属 OTHER"
    ),
}
ROLES = {word: role for role, words in WORDS.items() for word in words.split()}
NOT_THE_HEAD = "否"
"""Under 是否户主: who they are then is not said."""
NOISE = re.compile(r"[\s\d.、:：()（）\-]+")


def read_relation(cell: Cell) -> Read:
    """A word that nobody knows makes somebody another member, and is told."""
    if cell.says_nothing:
        return Read("")
    if cell.is_formula:
        return Read("", ("field_is_formula",))
    if cell.line == NOT_THE_HEAD:
        return Read("")
    role = role_in(cell)
    return Read(role or HouseholdRole.OTHER, () if role else ("relation_unknown",))


def role_in(cell: Cell) -> HouseholdRole | None:
    """Codes of forms stand beside the words: 02 配偶, 户主（本人）."""
    text = NOISE.sub("", unicodedata.normalize("NFKC", cell.line)).upper()
    return ROLES.get(text) or ROLES.get(text.removeprefix("户主之").removeprefix("户主的"))
