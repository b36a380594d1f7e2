"""Every sentence of the screens has its Chinese; English is the msgid itself.

Gathers the msgids of code and templates afresh in a copy of the tree, merges them with the catalogue, and names what
is untranslated or only guessed (fuzzy). Exits 1 when there is any.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
NOT_ON_SCREEN = ("tests/", "benchmarks/", "scripts/", "docs/", "node_modules/", "var/")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        copy_sources(copy)
        gather(copy)
        missing = wanting(copy / CATALOGUE)
    if missing:
        print(f"Sentences without Chinese in {CATALOGUE}:\n{missing}", file=sys.stderr)
        return 1
    print("Translations: complete")
    return 0


def copy_sources(copy: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py", "*.html", "*.txt", "*.po"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    for name in listed:
        if not name.startswith(NOT_ON_SCREEN) and (ROOT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)


def gather(copy: Path) -> None:
    (copy / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "--locale=zh_Hans", "--no-obsolete", "--no-wrap"]
    subprocess.run(command, cwd=copy, check=True, stdout=subprocess.DEVNULL)


def wanting(catalogue: Path) -> str:
    """Entries that have no translation, or one that msgmerge only guessed."""
    found = []
    for which in ("--untranslated", "--only-fuzzy"):
        command = ["msgattrib", which, "--no-obsolete", "--no-wrap", str(catalogue)]
        found.append(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return "\n".join(entries(text) for text in found if entries(text))


def entries(text: str) -> str:
    """The entries after the header, which msgattrib prints always."""
    return "\n\n".join(block for block in text.strip().split("\n\n") if 'msgid ""\nmsgstr ""\n"' not in block)


if __name__ == "__main__":
    sys.exit(main())
