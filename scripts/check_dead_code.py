"""Names that nothing uses: no code outside the tests, no template, no query by name. Exits 1 when there is any.

vulture reads Python alone. Here a word in a template's tags counts as a use, a dotted path in a string as a use of what
it leads to, and any word in a string or before `=` as a use of the field or property of that name. What is reached by
other ways stands in dead_code_allowed.txt with the reason.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).resolve().parent.parent
WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")  # of worker__area_id: worker and area_id
TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
PATH = re.compile(r"\w+(?:\.\w+)*\.(\w+)")
FIELDS = ("attribute", "property", "variable")


def main() -> int:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["vulture"]
    allowed = [line.split()[0] for line in (ROOT / "scripts" / "dead_code_allowed.txt").read_text().splitlines()]
    unused = list(unused_names(settings))
    dead = [found for found in unused if not any(fits(pattern, found) for pattern in allowed)]
    needless = [pattern for pattern in allowed if not any(fits(pattern, found) for found in unused)]
    for path, line, kind, name in dead:
        print(f"{path}:{line}: {kind} {name} is used nowhere", file=sys.stderr)
    for pattern in needless:
        print(f"scripts/dead_code_allowed.txt: {pattern} allows nothing", file=sys.stderr)
    if not dead and not needless:
        print("Dead code: none")
    return 1 if dead or needless else 0


def fits(pattern: str, found: tuple) -> bool:
    """A pattern with a slash is a file, any other is a name."""
    path, _, _, name = found
    return fnmatch(path if "/" in pattern else name, pattern)


def unused_names(settings: dict) -> Iterator[tuple[str, int, str, str]]:
    """(file, line, kind, name)"""
    sources = [path for root in settings["paths"] for path in python_files(ROOT / root)]
    vulture = Vulture(ignore_decorators=settings["ignore_decorators"])
    vulture.scavenge(sources)
    trees = [ast.parse(path.read_text()) for path in sources]
    strings = [text for tree in trees for text in strings_of(tree)]
    shown = {word for tag in tags_of_templates() for word in WORD.findall(tag)}
    spoken = {word for text in strings for word in WORD.findall(text)} | {
        name for tree in trees for name in chosen(tree)
    }
    reached = {path[1] for text in strings if (path := PATH.fullmatch(text))}
    for item in vulture.get_unused_code():
        if item.name not in shown | (spoken if item.typ in FIELDS else reached):
            yield str(item.filename.relative_to(ROOT)), item.first_lineno, item.typ, item.name


def python_files(root: Path) -> list[Path]:
    return [root] if root.is_file() else sorted(root.rglob("*.py"))


def strings_of(tree: ast.AST) -> Iterator[str]:
    """Strings and the names of keyword arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg


def chosen(tree: ast.AST) -> Iterator[str]:
    """Members of choices: their values come from forms and rows."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any("Choices" in ast.unparse(base) for base in node.bases):
            yield from (target.id for line in node.body if isinstance(line, ast.Assign) for target in line.targets)


def tags_of_templates() -> Iterator[str]:
    for path in (ROOT / "templates").rglob("*.*"):
        yield from TAG.findall(path.read_text())


if __name__ == "__main__":
    sys.exit(main())
