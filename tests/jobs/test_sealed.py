"""Files that show numbers of people: sealed anew under another key, and gone with what was refused."""

import base64

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import OperationalError, transaction

from cases.refusals import CaseMovedOn
from jobs import refusals, sealed, services
from jobs.letters import rendering
from jobs.models import Letter, Placement
from tests.jobs.factories import NOON, VacancyFactory, contacted_case, place, placed_case

pytestmark = pytest.mark.django_db

OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))


@pytest.fixture(autouse=True)
def ring(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.FIELD_KEYS = [f"k1:{OLD}"]
    return settings


def photo():
    return ContentFile(b"\xff\xd8\xff", name="contract.jpg")


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def placed_with_photo():
    return place(contacted_case(), VacancyFactory(), evidence="contract_photo", evidence_file=photo())


def test_letters_and_photos_are_read_when_the_old_key_is_gone(ring, capsys):
    placement = placed_with_photo()
    letter = services.issue_letter(case=placement.case, placement=placement, by=None, at=NOON)
    pdf = rendering.open_pdf(letter, at=NOON)
    number = rendering.paper_of(letter).id_number

    ring.FIELD_KEYS = [f"k2:{NEW}", f"k1:{OLD}"]
    call_command("rotate_field_keys")
    ring.FIELD_KEYS = [f"k2:{NEW}"]

    letter = Letter.objects.get()
    assert (rendering.open_pdf(letter, at=NOON), rendering.paper_of(letter).id_number) == (pdf, number)
    assert Placement.objects.get().evidence_file.read() == b"\xff\xd8\xff"
    assert "jobs.Letter: 2" in capsys.readouterr().out


def test_a_file_under_the_newest_key_is_left_alone(ring, tmp_path):
    placed_with_photo()
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    before = file.read_bytes()

    call_command("rotate_field_keys")

    assert file.read_bytes() == before


def test_what_a_killed_run_left_beside_a_file_is_overwritten(ring, tmp_path):
    placement = placed_with_photo()
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    file.with_name(f"{file.name}.resealing").write_bytes(b"half")
    ring.FIELD_KEYS = [f"k2:{NEW}", f"k1:{OLD}"]

    call_command("rotate_field_keys")

    ring.FIELD_KEYS = [f"k2:{NEW}"]
    assert Placement.objects.get(pk=placement.pk).evidence_file.read() == b"\xff\xd8\xff"
    assert files(tmp_path) == [file.name]


def test_a_file_that_is_gone_does_not_stop_the_others(ring, tmp_path):
    gone, there = placed_with_photo(), placed_with_photo()
    gone.evidence_file.storage.delete(gone.evidence_file.name)
    ring.FIELD_KEYS = [f"k2:{NEW}", f"k1:{OLD}"]

    call_command("rotate_field_keys")

    ring.FIELD_KEYS = [f"k2:{NEW}"]
    assert Placement.objects.get(pk=there.pk).evidence_file.read() == b"\xff\xd8\xff"


# ---- refused ---------------------------------------------------------------------------------------------------------


def test_the_photo_of_a_placement_refused_half_way_is_not_kept(monkeypatch, tmp_path):
    def refuse(*_, **__):
        raise refusals.VacancyFull

    monkeypatch.setattr("jobs.services.placements._place", refuse)

    with pytest.raises(refusals.VacancyFull):
        placed_with_photo()

    assert (list(Placement.objects.all()), files(tmp_path)) == ([], [])


@sealed.kept_if_all_goes_well()
@transaction.atomic
def placed_and_then(failure):
    placed_with_photo()
    raise failure


def test_the_photo_goes_with_a_step_around_the_placement(tmp_path):
    with pytest.raises(refusals.VacancyFull):
        placed_and_then(refusals.VacancyFull)

    assert (list(Placement.objects.all()), files(tmp_path)) == ([], [])


def test_the_photo_stays_when_nobody_knows_what_became_of_the_rows(tmp_path):
    with pytest.raises(OperationalError):
        placed_and_then(OperationalError)

    assert len(files(tmp_path)) == 1


def test_a_photo_from_before_stays_when_the_next_step_is_refused(tmp_path):
    placed_with_photo()
    case = placed_case(vacancy=VacancyFactory())

    with pytest.raises(CaseMovedOn):
        place(case, VacancyFactory(), evidence="contract_photo", evidence_file=photo())

    assert len(files(tmp_path)) == 1
