"""The shape of every policies.py: one rule, asked in two ways; and every set of roles stands once."""

import ast
import inspect
from importlib import import_module

import pytest

from staff import policies, roles
from staff.roles import Role
from tests.source import APPS, ROOT, modules
from tests.staff.factories import UserFactory

WITH_POLICIES = [app for app in APPS if (ROOT / app / "policies.py").exists()]
# A tuple with one role in it is a row of something else.
SMALLEST = {ast.Set: 1, ast.Tuple: 2, ast.List: 2}
NO_RULES = {
    "staff.allowed_by": "makes can_x of check_can_x",
    "staff.check_has_role_anywhere": "rules are made of it",
    "staff.check_has_role_in": "rules are made of it",
    "staff.check_has_role_for_all": "rules are made of it",
    "staff.check_has_role_around": "rules are made of it",
    "staff.ranges_managed_by": "the places for which check_can_give lets pass, to choose from",
    "staff.roles_given_by": "the roles for which check_can_give lets pass, to choose from",
}


def rules_of(app: str) -> dict[str, object]:
    module = import_module(f"{app}.policies")
    own = {n: f for n, f in inspect.getmembers(module, inspect.isfunction) if f.__module__ == module.__name__}
    return {name: f for name, f in own.items() if not name.startswith("_") and f"{app}.{name}" not in NO_RULES}


@pytest.mark.parametrize("app", WITH_POLICIES)
def test_check_can_x_holds_the_rule_and_can_x_wraps_it(app):
    rules = rules_of(app)

    odd = [name for name, rule in rules.items() if not (is_check(name, rule) or wraps_its_check(name, rule, rules))]

    assert (odd, len(rules) > 0) == ([], True)


def is_check(name: str, rule) -> bool:
    return name.startswith("check_can_") and not hasattr(rule, "__wrapped__")


def wraps_its_check(name: str, rule, rules: dict) -> bool:
    return name.startswith("can_") and inspect.unwrap(rule) is rules.get(f"check_{name}")


@pytest.mark.parametrize("app", WITH_POLICIES)
def test_every_policy_is_asked_by_somebody(app):
    asked = {name for path, tree in modules().items() for name in names_asked_of(app, path, tree)}

    assert sorted(set(rules_of(app)) - asked) == []


def names_asked_of(app: str, path: str, tree: ast.Module) -> set[str]:
    """In its own module by name, elsewhere as `policies.x` or as what was imported."""
    if path == f"{app}/policies.py":
        return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    taken = {alias.name for node in imports if node.module == f"{app}.policies" for alias in node.names}
    if not any(node.module == app and "policies" in {alias.name for alias in node.names} for node in imports):
        return taken
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return taken | {
        node.attr for node in attributes if isinstance(node.value, ast.Name) and node.value.id == "policies"
    }


def test_every_set_of_roles_has_one_name():
    sets = {name: found for name, found in vars(roles).items() if isinstance(found, frozenset)}

    names_of: dict[frozenset, list[str]] = {}
    for name, found in sets.items():
        names_of.setdefault(found, []).append(name)

    assert [names for names in names_of.values() if len(names) > 1] == []


def test_sets_of_roles_are_named_in_staff_roles_only():
    """The menu adds a role or two to a set; it decides what is in sight, not what is allowed."""
    elsewhere = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        if path not in ("staff/roles.py", "staff/navigation.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Set | ast.Tuple | ast.List) and sum(map(is_role, node.elts)) >= SMALLEST[type(node)]
    ]

    assert elsewhere == []


def is_role(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role"


@pytest.mark.django_db
def test_can_x_answers_what_its_check_does():
    cadre, supervisor = UserFactory(village_cadre=True), UserFactory(supervisor=True)
    asked = policies.allowed_by(lambda user: policies.check_has_role_anywhere(user, Role.SUPERVISOR))

    assert (asked(cadre), asked(supervisor)) == (False, True)


@pytest.mark.django_db
def test_nobody_gives_a_role_to_themselves():
    supervisor, cadre = UserFactory(supervisor=True), UserFactory(village_cadre=True)
    role, area = Role.VILLAGE_CADRE, supervisor.home_area

    assert policies.can_give(supervisor, cadre, role, area)
    assert not policies.can_give(supervisor, supervisor, role, area)
