"""One word, one thing: what docs/glossary.md says of the house's own words holds for modules and classes."""

import ast
import gettext
import re
from pathlib import PurePath

import pytest

from tests.source import ROOT, modules

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
# Where a class of this very name may stand; everything else has a name that says more.
ONLY_THERE = {
    "Finding": "cases/views/audit.py",
    "Line": "cases/queue/steps.py",
    "Outcome": "cases/choices.py",
    "Panel": "cases/panels.py",
    "Person": "",
    "Place": "areas/gazetteer.py",
    "Roster": "workers/imports/tables.py",
    "Sheet": "",
}
MODULES_ONLY_IN = {"door": "fairs", "finding": "", "holding": "", "roster": "", "screens": ""}


@pytest.mark.parametrize("word", ONLY_THERE)
def test_a_word_of_the_house_names_one_class(word):
    found = [path for path, tree in modules().items() for node in ast.walk(tree) if is_class(node, word)]

    assert found == [ONLY_THERE[word]] * bool(ONLY_THERE[word])


def is_class(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.ClassDef) and node.name == name


@pytest.mark.parametrize("word", MODULES_ONLY_IN)
def test_a_word_of_the_house_names_modules_of_one_app(word):
    apps = {PurePath(path).parts[0] for path in modules() if PurePath(path).stem == word}

    assert apps == {MODULES_ONLY_IN[word]} - {""}


def test_the_glossary_has_each_word_once_and_in_order():
    section = GLOSSARY.split("## The house's own words")[1]
    words = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")][1:]

    assert len(words) > 20
    assert words == sorted(set(words))


SAID = {
    "Spoke to the worker": "本人接了电话",
    "Spoke to the worker on the phone": "本人接了电话",
    "Visited and met": "上门见到本人",
    "To start work": "将上岗",
    "Studying": "还在上学",
    "Refer to a fair": "请去招聘会",
    "Recommend a job": "推荐岗位",
    "Has a job: confirm it": "已找到活",
    "A worker can wish for at most three posts.": "一个人最多选三个岗位。",
    "Ask for the result by %(day)s": "%(day)s前问结果",
    "wage not given": "月薪未填",
}
NEVER_SAID = (
    "不予保存",
    "接通本人",
    "上门走访：",
    "打电话：",
    "月薪 —",
    "零就业、监测户在前",
    "你",
    "在读",
    "实现就业",
    "直接登记就业",
)
MANY = re.compile(
    r"(%\((\w+)\)[sd]|\{\w+\}) (people|cases|rows|groups|booths|posts|stops|trips|fairs|days|files|letters|sheets"
    r"|hours|minutes|times|lines|seats|texts|calls|visits|colleagues|drivers|years)\b"
)
ALWAYS_MANY = {
    "%(n)s times",  # of looks, said from the second on
    "All %(n)s colleagues",
    "All %(n)s lines",  # more than fit
    "Nobody waits longer than %(most)d days for a step.",
    "Phone …%(tail)s is shared by %(n)s people: ask who is speaking.",
    "See all %(n)s lines",
    # said of days that are far too many
    "These are %(n)d days; no holiday is longer than %(most)d.",
    "Too long: it would be sent as %(n)d texts.",
    "Unreachable needs {calls} calls on {days} days in {bands} parts of the day, {visits} visit and {messages} text"
    " message.",
    "needs %(n)s seats side by side",
}


def test_a_cadre_reads_one_word_for_one_thing():
    with (ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        chinese = gettext.GNUTranslations(file)

    assert {said: chinese.gettext(said) for said in SAID} == SAID
    assert [
        (words, chinese_words)
        for words, chinese_words in chinese._catalog.items()
        for never in NEVER_SAID
        if never in str(chinese_words)
    ] == []


def test_one_is_not_said_to_be_many():
    """What counts something says it in two ways, or names it before the number."""
    with (ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        told = gettext.GNUTranslations(file)._catalog

    assert [words for words in told if isinstance(words, str) and MANY.search(words)] == sorted(ALWAYS_MANY)


HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”）》] ?[:;?!,]|[:;?!,] ?[\u4e00-\u9fff“（《]")
CHOICES_OF_A_FILTER = {"是,否", "愿意,不愿意,不详"}  # Django's own `yesno` wants this comma


def test_a_chinese_line_has_chinese_punctuation():
    with (ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        chinese = set(map(str, gettext.GNUTranslations(file)._catalog.values()))

    assert {line for line in chinese if HALF_WIDTH.search(line)} == CHOICES_OF_A_FILTER


TRANSLATED = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}", re.DOTALL)
TYPED_COLON = re.compile(r"[}%]}:(?=\s|$)", re.MULTILINE)


def test_no_template_types_a_colon_that_is_another_in_chinese():
    templates = (ROOT / "templates").rglob("*.html")
    typed = {
        str(path.relative_to(ROOT)): TYPED_COLON.findall(TRANSLATED.sub("", path.read_text())) for path in templates
    }

    assert [path for path, colons in typed.items() if colons] == []
