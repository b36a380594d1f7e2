"""Words that have an enum are written as its members: a typing error is then an error, and a rename finds them all."""

import ast
from collections import defaultdict
from collections.abc import Iterator

import pytest
from django.apps import apps

from areas.ranges import Level
from staff.roles import Role
from tests.source import APPS, modules

TAKE_WORDS = {
    "has_role_anywhere": "role", "has_role_in": "role", "has_role_around": "role", "ranges_as": "role",
    "home_area_as": "role", "in_role": "role", "check_has_role_anywhere": "role", "check_has_role_in": "role",
    "check_has_role_around": "role",
    "code_at": "level", "range_of": "level", "at_level": "level",
}  # fmt: skip
# Works on the words of files that are not ours, without Django.
OF_FILES = "areas/data/build.py"


def words_by_field() -> dict[str, set]:
    """What each field of any of our models can hold, where that is a fixed choice; fields of one name together."""
    words = defaultdict(set, role=set(Role.values), level=set(Level.values))
    fields = [
        field for model in apps.get_models() if model._meta.app_label in APPS for field in model._meta.get_fields()
    ]
    for field in fields:
        if getattr(field, "choices", None):
            words[field.name] |= {value for value, _label in field.flatchoices if value != ""}
    return words


WORDS = words_by_field()


def written_out(tree: ast.AST) -> Iterator[int]:
    """Lines where a word is a string though its field has an enum.

    `class Meta` is left out: constraints and indexes are the database's own words, the same as in the migrations.
    """
    if getattr(tree, "name", "") == "Meta":
        return
    for field, value in pairs(tree):
        yield from (literal.lineno for literal in literals(value) if literal.value in WORDS.get(field, ()))
    for child in ast.iter_child_nodes(tree):
        yield from written_out(child)


def pairs(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """(field, what it is set to or compared with)"""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        yield from ((name_of(side), other) for side in sides for other in sides if other is not side)
    elif isinstance(node, ast.Call):
        yield from ((last_part(keyword.arg or ""), keyword.value) for keyword in node.keywords)
        yield from ((TAKE_WORDS.get(name_of(node.func), ""), argument) for argument in node.args)
    elif isinstance(node, ast.Assign):
        yield from ((name_of(target), node.value) for target in node.targets)


def name_of(node: ast.expr) -> str:
    """`state` for state, case.state and row["state"]."""
    if isinstance(node, ast.Subscript):
        return name_of(node.slice)
    return str(getattr(node, "attr", "") or getattr(node, "id", "") or getattr(node, "value", ""))


def last_part(lookup: str) -> str:
    """`state` for case__state and state__in."""
    return lookup.removesuffix("__in").removesuffix("__exact").rsplit("__", 1)[-1]


def literals(node: ast.expr) -> Iterator[ast.Constant]:
    """The value itself, each of several, or either branch of a choice."""
    if isinstance(node, ast.Constant):
        yield node
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        yield from (part for element in node.elts for part in literals(element))
    elif isinstance(node, ast.IfExp):
        yield from (part for branch in (node.body, node.orelse) for part in literals(branch))


def test_words_that_have_an_enum_are_written_as_its_members():
    own = {path: tree for path, tree in modules().items() if path != OF_FILES}

    found = [f"{path}:{line}" for path, tree in own.items() for line in written_out(tree)]

    assert sorted(set(found)) == []


@pytest.mark.parametrize(
    "line",
    [
        'user.has_role_anywhere("supervisor")',
        'user.has_role_anywhere(Role.AUDITOR, "supervisor")',
        'cases.filter(state__in=("placed", State.TRANSPORTED))',
        'items.filter(case__state="placed")',
        'case.state == "placed"',
        'case.state in ("placed", "transported")',
        '"placed" == row["state"]',
        'item.step = "travel"',
        'record_contact(outcome="visited_met" if met else Outcome.NO_ANSWER)',
        "items.filter(escalation_level=2)",
        'code_at(code, "county")',
    ],
)
def test_a_word_written_out_is_found(line):
    assert set(written_out(ast.parse(line))) == {1}


@pytest.mark.parametrize(
    "line", ["case.state == State.PLACED", 'kind == "nothing"', 'data = {"state": "placed"}', "item.priority == order"]
)
def test_other_words_are_left_alone(line):
    assert set(written_out(ast.parse(line))) == set()
