"""One word, one thing: what docs/glossary.md says of the house's own words holds for modules and classes."""

import ast
import gettext
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
    "wage not given": "月薪未填",
}
NEVER_SAID = (
    "不予保存",
    "接通本人",
    "上门走访：",
    "打电话：",
    "月薪 —",
    "零就业、监测户在前",
    "1 people",
    "你",
    "交给了没有人",
)


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
