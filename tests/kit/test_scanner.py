"""Where a virus scanner is set up it is asked about every file, in the words of clamd."""

import re
import socket
import socketserver
import struct
from pathlib import Path

import pytest
from django.conf import settings as house
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config import environment
from jobs.forms.fields import PaperField
from kit import scanner
from kit.scanner import HarmfulFile, ScannerSilent, check_harmless
from tests.kit.clamd import EICAR, OK, TOO_LONG, Clamd, Deaf, serving
from tests.kit.photos import a_photo
from tests.staff.factories import UserFactory
from workers.models import RosterUpload

HERE = ("127.0.0.1", 0)


@pytest.fixture
def clamd(settings):
    with serving(socketserver.TCPServer(HERE, Clamd)) as server:
        settings.WAYFARE_CLAMD = server.server_address
        yield server


def test_a_file_goes_over_the_wire_as_clamd_reads_it(settings):
    """Byte for byte, by clamd(8)."""
    ours, theirs = socket.socketpair()
    content = bytes(range(256)) * 300
    theirs.sendall(OK)
    theirs.shutdown(socket.SHUT_WR)
    settings.WAYFARE_CLAMD = "a socket"

    with pytest.MonkeyPatch.context() as patch, theirs:
        patch.setattr(scanner, "_connected", lambda _address: ours)
        check_harmless(content)
        said = theirs.makefile("rb").read()

    first, second = content[:65536], content[65536:]
    sizes = struct.pack(">I", len(first)), struct.pack(">I", len(second))
    assert said == b"zINSTREAM\0" + sizes[0] + first + sizes[1] + second + b"\0\0\0\0"


def test_a_clean_file_passes_and_a_harmful_one_does_not(clamd):
    check_harmless(b"clean" * 50_000)
    with pytest.raises(HarmfulFile):
        check_harmless(b"x" * 70_000 + EICAR)

    assert clamd.heard[:2] == [b"zINSTREAM\0", b"clean" * 50_000]


def test_a_scanner_of_this_machine_is_asked_through_its_socket(settings, tmp_path):
    settings.WAYFARE_CLAMD = str(tmp_path / "clamd.ctl")
    with serving(socketserver.UnixStreamServer(settings.WAYFARE_CLAMD, Clamd)), pytest.raises(HarmfulFile):
        check_harmless(EICAR)


@pytest.mark.parametrize("answer", [TOO_LONG, b"stream: ", b"\0", b"OK\0", b"x" * 10_000])
def test_whatever_else_it_answers_is_no_answer(clamd, answer):
    clamd.answer = answer

    with pytest.raises(ScannerSilent):
        check_harmless(b"x")


def test_a_scanner_that_hangs_is_not_waited_for(settings, monkeypatch):
    monkeypatch.setattr(scanner, "WAIT", 0.2)
    with serving(socketserver.TCPServer(HERE, Deaf)) as server:
        settings.WAYFARE_CLAMD = server.server_address
        with pytest.raises(ScannerSilent):
            check_harmless(b"x")


@pytest.mark.parametrize("address", [("127.0.0.1", 1), "/nowhere/clamd.ctl"])
def test_a_scanner_that_is_not_there_lets_nothing_pass(settings, address):
    settings.WAYFARE_CLAMD = address

    with pytest.raises(ScannerSilent):
        check_harmless(b"x")


def test_by_default_nobody_is_asked():
    assert house.WAYFARE_CLAMD is None
    check_harmless(EICAR)


@pytest.mark.django_db
@pytest.mark.parametrize("language,words", [("en", "found something harmful"), ("zh-hans", "有害内容")])
def test_who_sends_a_harmful_roster_is_told_in_their_language(client, clamd, language, words):
    client.force_login(UserFactory(township_cadre=True, language=language))

    response = client.post(reverse("workers:import"), {"file": SimpleUploadedFile("x.csv", EICAR)})

    assert (response.status_code, words in response.content.decode()) == (422, True)
    assert RosterUpload.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("language,words", [("en", "does not answer"), ("zh-hans", "没有响应")])
def test_who_sends_a_roster_while_the_scanner_is_silent_is_told_so(client, settings, language, words):
    settings.WAYFARE_CLAMD = "/nowhere/clamd.ctl"
    client.force_login(UserFactory(township_cadre=True, language=language))

    response = client.post(reverse("workers:import"), {"file": SimpleUploadedFile("x.csv", b"x")})

    assert (response.status_code, words in response.content.decode()) == (422, True)


def test_of_a_photo_the_scanner_sees_what_was_sent(clamd):
    sent = a_photo(taken_at_home=True)

    PaperField().clean(SimpleUploadedFile("x.jpg", sent))

    assert clamd.heard[-1] == sent


def test_every_field_for_a_file_asks_the_scanner():
    own = re.compile(r"forms\.(?:\w+\.)?(?:Multiple)?(?:File|Image)Field\b")
    apps = [Path(house.BASE_DIR) / app for app in ("kit", *house.JOURNEY)]
    found = [path for app in apps for path in app.rglob("*.py") if own.search(path.read_text())]

    assert [str(path.relative_to(house.BASE_DIR)) for path in found] == ["kit/fields.py"]


@pytest.mark.parametrize(
    "said,meant",
    [
        ("", None),
        ("unix:///run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ("tcp://scanner:3310", ("scanner", 3310)),
        ("tcp://[::1]:3310", ("::1", 3310)),
    ],
)
def test_where_the_scanner_is(monkeypatch, said, meant):
    monkeypatch.setenv("WAYFARE_CLAMD", said)

    assert environment.address("WAYFARE_CLAMD") == meant


@pytest.mark.parametrize("said", ["clamd", "tcp://scanner", "tcp://:3310", "tcp://scanner:x", "unix://run", "/run/x"])
def test_a_scanner_nobody_can_find_stops_the_start(monkeypatch, said):
    monkeypatch.setenv("WAYFARE_CLAMD", said)

    with pytest.raises(ImproperlyConfigured, match="WAYFARE_CLAMD must be"):
        environment.address("WAYFARE_CLAMD")
