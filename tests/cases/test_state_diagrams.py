from django.conf import settings
from django.core.management import call_command

from cases.management import state_diagrams


def test_pages_in_docs_say_what_the_code_says():
    folder = settings.BASE_DIR / "docs" / "states"

    assert state_diagrams.stale_pages(folder) == []


def test_every_state_machine_of_the_house_has_a_page():
    names = {f"{model._meta.app_label}_{model._meta.model_name}.md" for model, _ in state_diagrams.machines()}

    assert set(state_diagrams.pages()) == names
    assert "cases_case.md" in names


def test_check_writes_nothing_and_fails(tmp_path, capsys):
    try:
        call_command("state_diagrams", check=True, folder=tmp_path)
    except SystemExit as stop:
        code = stop.code

    assert code == 1
    assert list(tmp_path.iterdir()) == []


def test_written_pages_pass_the_check(tmp_path):
    call_command("state_diagrams", folder=tmp_path)

    call_command("state_diagrams", check=True, folder=tmp_path)

    assert "flagged --> contacted: contact" in (tmp_path / "cases_case.md").read_text()
