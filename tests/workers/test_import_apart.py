"""A roster that does harm costs the process that opens it its life, and nobody else anything."""

import json
from threading import BoundedSemaphore

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from kit import sent_files
from kit.apart import outside
from tests.staff.factories import UserFactory
from tests.workers.rosters import GOOD, HEADINGS, an_xlsx, read_content
from tests.workers.test_import_extents import limited
from workers.imports import forms, reading, uploads
from workers.imports.reading import DamagedFile, FarCell, NeedsTooMuchMemory, TakesTooLong
from workers.models import RosterUpload

HARM = {"eats": NeedsTooMuchMemory, "loops": TakesTooLong, "dies": NeedsTooMuchMemory, "leaves": DamagedFile}
SAID_BY_NONE = [
    [5], [["1", "x"]], [["1"]], [{}], [["2026-13-01", "date"]], {}, {"name": 5}, {"name": "x", "rows": []}, "row", None,
    {"name": "x", "merges": [[1]]}, {"name": "x", "hidden_rows": ["1"]}, {"refused": ["Refusal"]}, {"refused": []},
    {"refused": ["FarCell"]}, {"name": "x", "joined_lines": [[1, 2]]},
]  # fmt: skip


def opened_badly(monkeypatch) -> None:
    """From now on rosters are opened by a process that does what stands in them."""
    monkeypatch.setattr(reading, "OPENER", "tests.kit.opened_badly")
    limited(monkeypatch, memory=64 * 1024 * 1024, seconds=1, wait=60, told=2000)


def heard(monkeypatch, *things) -> None:
    monkeypatch.setattr(reading, "heard", lambda *_args, **_limits: (thing for thing in things))


@pytest.fixture
def cadre(client, db):
    user = UserFactory(township_cadre=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


@pytest.mark.parametrize("deed", HARM)
def test_a_roster_that_harms_its_reader_is_refused(monkeypatch, deed):
    opened_badly(monkeypatch)

    with pytest.raises(HARM[deed]):
        read_content(deed.encode())


def test_who_sends_a_harmful_roster_is_told_so_and_loses_nothing(client, cadre, monkeypatch):
    roster = an_xlsx(花名册=[[HEADINGS[name] for name in GOOD], list(GOOD.values())])
    waiting = uploads.receive_roster(content=roster, file_name="good.xlsx", by=cadre, at=timezone.now())
    opened_badly(monkeypatch)

    response = client.post(reverse("workers:import"), {"file": SimpleUploadedFile("bad.csv", b"dies")})

    assert (response.status_code, str(NeedsTooMuchMemory.message) in response.content.decode()) == (409, True)
    assert [upload.pk for upload in RosterUpload.objects.all()] == [waiting.pk]


@pytest.mark.parametrize("said", SAID_BY_NONE, ids=json.dumps)
def test_what_the_reader_says_is_looked_through(monkeypatch, said):
    heard(monkeypatch, said)

    with pytest.raises(DamagedFile):
        read_content(b"x")


def test_more_cells_than_a_roster_has_are_not_listened_to(monkeypatch):
    limited(monkeypatch, cells=10)
    heard(monkeypatch, ["1"] * 5, ["1"] * 5)

    with pytest.raises(DamagedFile):
        read_content(b"x")


def test_a_refusal_of_the_reader_keeps_its_words(monkeypatch):
    heard(monkeypatch, {"refused": ["FarCell", "XFD9", "名单"]})

    with pytest.raises(FarCell, match="XFD9"):
        read_content(b"x")


def test_no_file_that_is_sent_touches_the_disk(client, cadre, settings):
    """Django's own way lays everything above 2.5 MB into a temporary file."""
    settings.FILE_UPLOAD_TEMP_DIR = "/nowhere"
    people = "姓名,身份证号,联系电话\n王芳,522425198809199026,13812345678\n"
    content = people.encode() + (b" " * 99 + b"\n") * 30_000

    response = client.post(reverse("workers:import"), {"file": SimpleUploadedFile("x.csv", content)})

    assert response.status_code == 302


def test_files_that_would_fill_the_memory_are_refused_by_their_size(client, cadre, monkeypatch):
    monkeypatch.setattr(sent_files, "ROOM", 1000)
    monkeypatch.setattr(forms.RosterForm.base_fields["file"], "largest", 1000)

    response = client.post(reverse("workers:import"), {"file": SimpleUploadedFile("x.csv", b"x" * 1001)})

    assert (response.status_code, gettext("The file is larger than a roster can be.") in response.content.decode()) == (
        422, True,
    )  # fmt: skip


def test_a_roster_that_waits_is_shown_while_too_many_files_are_opened(client, cadre, monkeypatch):
    """Its rows were read when it came; another file is told to come again."""
    roster = an_xlsx(花名册=[[HEADINGS[name] for name in GOOD], list(GOOD.values())])
    waiting = uploads.receive_roster(content=roster, file_name="good.xlsx", by=cadre, at=timezone.now())
    monkeypatch.setattr(outside, "TURN", 0)
    monkeypatch.setattr(outside, "AT_ONCE", BoundedSemaphore(1))
    outside.AT_ONCE.acquire()

    shown = client.get(reverse("workers:roster", args=[waiting.pk]))
    sent = client.post(reverse("workers:import"), {"file": SimpleUploadedFile("another.csv", b"x,y,z")})

    assert (shown.status_code, sent.status_code) == (200, 409)
    assert str(outside.ManyAtOnce.message) in sent.content.decode()
    assert str(outside.ManyAtOnce.message) in sent.content.decode()
