"""The web server under callers that are slow, many, too many or too large, and when it is asked to end."""

import http.client
import socket
import threading
from contextlib import ExitStack, closing, contextmanager, suppress

import pytest
from waitress import buffers

from config import broken, web

SLOW = 200
LIMIT = 60  # seconds; a limit, never a claim
KINDS = {
    "silent": b"",
    "half a head": b"POST /login/ HTTP/1.1\r\nHost: here\r\nCookie: ",
    "half a body": b"POST /login/ HTTP/1.1\r\nHost: here\r\nContent-Length: 900\r\n\r\nusername=",
    "half a body with a cookie": (
        b"POST /login/ HTTP/1.1\r\nHost: here\r\nCookie: csrftoken="
        + b"a" * 32
        + b"\r\nContent-Length: 900\r\n\r\nuser"
    ),
    "half a chunk": b"POST /login/ HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nuser",
}


class Running:
    """A server in this process on a port of its own; `/held` waits inside the application until `let_go` is set."""

    def __init__(self, **settings):
        self.socket = web.listen("127.0.0.1", 0)
        self.port = self.socket.getsockname()[1]
        self.asked_to_end = threading.Event()
        self.let_go = threading.Event()
        self.inside = threading.Semaphore(0)
        self.web = web.Web(self.application, [self.socket.dup()], **{"threads": 2} | settings)
        self.thread = threading.Thread(target=self.web.run, args=[self.asked_to_end], daemon=True)
        self.thread.start()

    def application(self, environ, start_response):
        body = environ["wsgi.input"].read()
        if environ["PATH_INFO"] == "/held":
            self.inside.release()
            self.let_go.wait(LIMIT)
        answer = body or b"a page"
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    def call(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), LIMIT)

    def ask(self, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)) as link:
            link.request("POST" if body else "GET", path, body)
            answer = link.getresponse()
            return answer.status, answer.read()

    def ask_later(self, path: str) -> tuple[threading.Thread, list]:
        answers = []
        thread = threading.Thread(target=lambda: answers.append(self.ask(path)), daemon=True)
        thread.start()
        return thread, answers

    @contextmanager
    def all_threads_held(self):
        held = [self.ask_later("/held") for _ in range(2)]
        for _ in held:
            assert self.inside.acquire(timeout=LIMIT)
        yield
        self.let_go.set()
        for thread, answers in held:
            thread.join(LIMIT)
            assert answers == [(200, b"a page")]


@pytest.fixture
def start():
    with ExitStack() as running:

        def start(**settings) -> Running:
            server = Running(**settings)
            running.callback(server.socket.close)
            running.callback(server.thread.join, LIMIT)
            running.callback(server.asked_to_end.set)
            running.callback(server.let_go.set)
            return server

        yield start


@pytest.mark.parametrize("kind", KINDS)
def test_two_hundred_callers_who_say_half_of_what_they_want_hold_up_nobody(start, kind):
    server = start()
    with ExitStack() as slow:
        for _ in range(SLOW):
            slow.enter_context(server.call()).sendall(KINDS[kind])
        for _ in range(5):
            assert server.ask("/healthz")[0] == 200
            assert server.ask("/today/") == (200, b"a page")
            assert server.ask("/login/", b"username=village") == (200, b"username=village")


def test_more_callers_than_there_is_room_for_lose_their_place_to_who_says_what_they_want(start):
    server = start(connection_limit=40, cleanup_interval=0)
    with ExitStack() as slow:
        for _ in range(60):
            slow.enter_context(server.call()).sendall(KINDS["half a head"])
        assert server.ask("/today/") == (200, b"a page")


def test_who_waits_too_long_for_a_thread_is_told_that_too_much_is_going_on(start, monkeypatch):
    monkeypatch.setattr(web, "LONGEST_WAIT", 0.2)
    server = start()
    with server.all_threads_held():
        assert server.ask("/today/") == (503, broken.body(503).encode())
        assert server.ask("/healthz")[0] == 200
        assert server.ask("/static/css/phone.css")[0] == 200
    assert server.ask("/today/") == (200, b"a page")


def test_while_no_page_is_served_for_long_the_server_says_that_it_is_not_well(start, monkeypatch):
    monkeypatch.setattr(web, "LONGEST_WAIT", 0.2)
    monkeypatch.setattr(web, "STUCK_AFTER", 0)
    server = start()
    with server.all_threads_held():
        assert server.ask("/today/")[0] == 503
        assert server.ask("/healthz")[0] == 503
    assert server.ask("/today/")[0] == 200
    assert server.ask("/healthz")[0] == 200


def test_asked_to_end_it_finishes_what_has_arrived_and_leaves_the_rest_to_the_next(start):
    server = start()
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=LIMIT)) as idle, server.call() as slow:
        idle.request("GET", "/today/")
        idle.getresponse().read()
        slow.sendall(KINDS["half a head"])
        with server.all_threads_held():
            server.asked_to_end.set()
            assert slow.recv(1) == idle.sock.recv(1) == b""
            with server.call() as late:
                late.sendall(b"GET /today/ HTTP/1.0\r\n\r\n")
                server.let_go.set()
                server.thread.join(LIMIT)
                assert not server.thread.is_alive()
                server.web = web.Web(server.application, [server.socket.dup()])
                next_one = threading.Thread(target=server.web.run, args=[over := threading.Event()], daemon=True)
                next_one.start()
                assert late.recv(100).startswith(b"HTTP/1.0 200 OK")
                over.set()
                next_one.join(LIMIT)


def test_a_request_that_is_too_large_is_refused_in_words(start):
    server = start(max_request_body_size=1000)
    assert server.ask("/rosters/", b"x" * 1001) == (413, broken.body(413).encode())


def test_of_callers_who_send_more_than_there_is_room_for_the_largest_loses_its_place(start, monkeypatch):
    monkeypatch.setattr(web, "ROOM", 1_000_000)
    server = start(cleanup_interval=0)
    head = b"POST /rosters/ HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n"
    with ExitStack() as callers:
        small, large = (callers.enter_context(server.call()) for _ in range(2))
        small.sendall(head % 100_005 + b"x" * 100_000)
        with suppress(ConnectionError):  # cut off while it sends, or after
            large.sendall(head % 950_005 + b"x" * 950_000)
            assert large.recv(1) == b""
        small.sendall(b"whole")
        assert small.recv(15) == b"HTTP/1.1 200 OK"
    assert server.ask("/today/") == (200, b"a page")


@pytest.mark.parametrize(
    "request_", [b"\r\n\r\n", b"GET\r\n\r\n", b"\0\xff / HTTP/1.1\r\n\r\n", b"GET / HTTP/9.9\r\nA\r\n\r\n"]
)
def test_what_is_no_request_gets_an_answer_or_the_end_and_harms_nobody(start, request_):
    server = start()
    with server.call() as caller:
        caller.sendall(request_)
        caller.shutdown(socket.SHUT_WR)
        assert caller.recv(12) in (b"", b"HTTP/1.0 400", b"HTTP/1.1 400")
    assert server.ask("/today/")[0] == 200


def test_nothing_that_is_sent_or_answered_lies_on_a_disk(start, monkeypatch):
    def refuse(*_):
        raise AssertionError("a file")

    monkeypatch.setattr(buffers, "TempfileBasedBuffer", refuse)
    roster = b"x" * 5_000_000
    assert start().ask("/rosters/", roster) == (200, roster)
