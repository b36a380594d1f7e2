"""The guide names what there is: variables, commands and files; and every variable that is read stands in it."""

import re
from pathlib import Path

from django.core.management import get_commands, load_command_class

from config.management.commands import serve
from tests.source import ROOT

GUIDE = (ROOT / "docs" / "production.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "adr" / "0007-settings-from-the-environment.md").read_text(encoding="utf-8")
DEPLOY = ROOT / "deploy"
CODE = [path for folder in ("config", "operations", "staff", "kit") for path in (ROOT / folder).rglob("*.py")]
READ = re.compile(
    r"""environment\.(?:text|words|flag|number|folder|address|secret|choice)\(\s*"([A-Z_]+)"|(?<!\w)(?:text|words|flag|number|choice)\("([A-Z_]+)"|os\.environ(?:\.get\(|\[)"([A-Z_]+)\""""
)
OF_OTHERS = {"DJANGO_SETTINGS_MODULE", "LISTEN_PID", "LISTEN_FDS", "NOTIFY_SOCKET"}


def variables_read() -> set[str]:
    found = (name for path in CODE for match in READ.findall(path.read_text(encoding="utf-8")) for name in match)
    return {name for name in found if name} - OF_OTHERS


def words_in_code(text: str) -> set[str]:
    """Of what stands between backticks or in a block, all that looks like a variable of ours."""
    code = re.findall(r"`([^`]+)`|^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return {word for pair in code for word in re.findall(r"\b[A-Z]{2,}(?:_[A-Z]+)*\b", " ".join(pair))}


def lines_of(path: Path, name: str) -> list[str]:
    return re.findall(rf"^#?{name}=(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_variable_that_is_read_is_explained():
    assert variables_read() - words_in_code(SETTINGS) == set()


def test_every_variable_of_the_table_is_read():
    table = {word for row in re.findall(r"^\| (`[^|]+)\|", SETTINGS, re.MULTILINE) for word in words_in_code(row)}

    assert table - variables_read() == set()


def test_every_variable_of_the_files_is_read():
    named = {name for file in ("wayfare.env", "owner.env") for name in variables_of(DEPLOY / file)}

    assert named - variables_read() == set()


def variables_of(path: Path) -> list[str]:
    return re.findall(r"^#?([A-Z_]+)=", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_command_of_the_guide_exists():
    called = set(re.findall(r"^(?:wayfare|.*python manage\.py) ([a-z_]+)", GUIDE, re.MULTILINE))

    assert called
    assert called - set(get_commands()) == set()


def test_every_file_of_the_guide_exists():
    named = set(re.findall(r"\bdeploy/[\w./-]*[\w]", GUIDE))

    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_each_part_has_a_unit_that_runs_it():
    units = {path.stem.removeprefix("wayfare-"): path for path in (DEPLOY / "systemd").glob("*.service")}

    assert sorted(units) == sorted(serve.PARTS)
    for part, path in units.items():
        [line] = lines_of(path, "ExecStart")
        assert parsed(line)["only"] == part


def test_each_part_has_a_container_that_runs_it():
    commands = re.findall(r"^    command: (.+)$", (DEPLOY / "compose.yaml").read_text(encoding="utf-8"), re.MULTILINE)

    assert [parsed(f"python manage.py {command}")["only"] for command in commands] == list(serve.PARTS)


def parsed(line: str) -> dict:
    python, script, command, *arguments = line.split()
    assert (Path(python).name, script) == ("python", "manage.py")
    parser = load_command_class(get_commands()[command], command).create_parser(script, command)
    return vars(parser.parse_args(arguments))
