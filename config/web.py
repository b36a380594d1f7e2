"""`python -m config.web [--fd N ...]`: the web server of one process, on PORT or on listening sockets handed over.

Waitress reads a request whole before a thread is given to it, so that slow callers hold up nobody. Ours on top: nobody
waits longer than LONGEST_WAIT for a thread, and who is asked to end finishes what has arrived. See
docs/adr/0070-waitress.md.
"""

import argparse
import os
import resource
import signal
import socket
import time

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import RequestEntityTooLarge

from config.keeping.asked import Asked

LONGEST_WAIT = 5  # seconds in the line, then the page that says that too much is going on
STUCK_AFTER = 60  # seconds of that without one page served, then `/healthz` says no and the supervisor starts us anew
ROOM = 256 * 1024 * 1024  # bytes of all that is arriving at one process, and that waits there
LONGEST_ARRIVAL = 600  # seconds for one request: ten megabytes by a weak signal
LONGEST_STATEMENT = 30  # seconds of the database for one page
SECONDS_TO_FINISH = 10
SECONDS_BETWEEN_LOOKS = 0.5
OPEN_FILES_BESIDE_CALLERS = 200

SETTINGS = {
    "threads": int(os.environ.get("WEB_THREADS", "8")),
    "connection_limit": int(os.environ.get("WEB_CALLERS", "2000")),
    "asyncore_use_poll": True,  # select() knows no file number above 1,023
    "cleanup_interval": 2,
    "channel_timeout": 30,
    "max_request_body_size": 64 * 1024 * 1024,  # above every limit of a form, which refuses in its own words
    # Nothing of a request or a page goes to disk: rosters are full of people
    "inbuf_overflow": 64 * 1024 * 1024,
    "outbuf_overflow": 64 * 1024 * 1024,
    "clear_untrusted_proxy_headers": False,  # PROXIES says whose are believed: staff.network
    "log_socket_errors": False,  # callers go away all the time
    "ident": None,
}


class Busy:
    """Stands as a request's error: no thread had time for it."""

    def to_response(self, ident=None):
        return _broken(503)


class Arriving(HTTPRequestParser):
    path = ""  # until the first line is read, and for good when that cannot be

    def __init__(self, adj):
        super().__init__(adj)
        self.began = time.monotonic()

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self.header_bytes_received + self.body_bytes_received

    @property
    def costs_nothing(self) -> bool:
        return self.error is not None or self.path == "/healthz" or self.path.startswith("/static/")


class Caller(HTTPChannel):
    parser_class = Arriving
    waiting_since = 0.0

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.began = time.monotonic()

    @property
    def unfinished_since(self) -> float | None:
        """When the request that is still arriving began, or the silence; nothing while one is served."""
        if self.requests or self.total_outbufs_len:
            return None
        return self.request.began if self.request else self.began

    @property
    def arriving(self) -> int:
        """Bytes of a request that is not whole yet."""
        return request.size if (request := self.request) else 0

    @property
    def waiting(self) -> int:
        """Bytes of requests that are whole."""
        return sum(request.size for request in list(self.requests))

    def service(self):
        if isinstance(error := self.requests[0].error, RequestEntityTooLarge):
            error.to_response = lambda ident=None: _broken(413)
        super().service()


class Line(ThreadedTaskDispatcher):
    """Pages wait for a thread; what costs nothing has a thread of its own, the refusal of who waited too long too."""

    def __init__(self, threads: int):
        super().__init__()
        self.set_thread_count(threads)
        self.light = ThreadedTaskDispatcher()
        self.light.set_thread_count(1)
        self.stuck_since: float | None = None

    def add_task(self, caller: Caller) -> None:
        request = caller.requests[0]
        if request.path == "/healthz" and self._is_stuck():
            request.error = Busy()
        if request.costs_nothing:
            self.light.add_task(caller)
        else:
            caller.waiting_since = time.monotonic()
            super().add_task(_Page(self, caller))

    def shed(self) -> None:
        """Answer those who have waited too long."""
        now = time.monotonic()
        late = []
        with self.lock:
            while self.queue and self.queue[0].caller.waiting_since < now - LONGEST_WAIT:
                late.append(self.queue.popleft().caller)
        for caller in late:
            self.stuck_since = self.stuck_since or now
            caller.requests[0].error = Busy()
            self.light.add_task(caller)

    def _is_stuck(self) -> bool:
        return self.stuck_since is not None and time.monotonic() - self.stuck_since > STUCK_AFTER


class _Page:
    """One request in the line; served, it shows that the threads are alive."""

    def __init__(self, line: Line, caller: Caller):
        self.line, self.caller = line, caller

    def service(self):
        self.caller.service()
        self.line.stuck_since = None

    def cancel(self):
        self.caller.cancel()


class Server(TcpWSGIServer):
    channel_class = Caller

    def maintenance(self, now):
        super().maintenance(now)
        for caller in [*self._too_slow(), *self._too_much()]:
            caller.will_close = True

    def _too_slow(self) -> list[Caller]:
        """Who has been arriving for too long, and of too many callers those who have been at it longest."""
        slow = [caller for caller in self.active_channels.values() if caller.unfinished_since is not None]
        slow.sort(key=lambda caller: caller.unfinished_since)
        over = len(self.active_channels) - self.adj.connection_limit * 3 // 4
        deadline = time.monotonic() - LONGEST_ARRIVAL
        return slow[: max(over, 0)] + [caller for caller in slow[max(over, 0) :] if caller.unfinished_since < deadline]

    def _too_much(self) -> list[Caller]:
        """While there is no room for all that has come: of who has not said all yet, those who have said most."""
        callers = list(self.active_channels.values())
        over = sum(caller.arriving + caller.waiting for caller in callers) - ROOM
        lost = []
        for caller in sorted(callers, key=lambda caller: -caller.arriving):
            if over <= 0 or not caller.arriving:
                break
            lost.append(caller)
            over -= caller.arriving
        return lost

    def leave(self) -> None:
        """Accept nobody any more; the socket stays open where others hold it too."""
        self.accepting = False
        self.del_channel()
        self.socket.close()

    def send_off_idle(self) -> None:
        for caller in self.active_channels.values():
            if caller.unfinished_since is not None:
                caller.will_close = True


class Web:
    """A server a socket, one line for all."""

    def __init__(self, application, sockets: list[socket.socket], **settings):
        self.map: dict = {}
        adj = Adjustments(**SETTINGS | settings)
        self.line = Line(adj.threads)
        self.servers = [
            Server(
                application,
                self.map,
                _sock=sock,
                dispatcher=self.line,
                adj=adj,
                bind_socket=False,
                sockinfo=(sock.family, sock.type, sock.proto, sock.getsockname()),
            )
            for sock in sockets
        ]

    def run(self, asked_to_end: Asked) -> None:
        while not asked_to_end.is_set():
            self._turn()
        for server in self.servers:
            server.leave()
        deadline = time.monotonic() + SECONDS_TO_FINISH
        while any(server.active_channels for server in self.servers) and time.monotonic() < deadline:
            for server in self.servers:
                server.send_off_idle()
            self._turn()

    def _turn(self) -> None:
        wasyncore.loop(timeout=SECONDS_BETWEEN_LOOKS, use_poll=True, map=self.map, count=1)
        self.line.shed()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any that is free. OSError when the port is taken."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(1024)
    except OSError:
        sock.close()
        raise
    return sock


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, action="append", default=[], help="a listening socket that is handed over")
    numbers = parser.parse_args().fd
    asked_to_end = Asked()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_end.set())
    _allow_open_files()
    application = _application()
    sockets = [socket.socket(fileno=number) for number in numbers] or [
        listen(os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8000")))
    ]
    Web(application, sockets).run(asked_to_end)
    os._exit(0)  # a thread that did not finish in time would hold the process


def _application():
    """With every address loaded, and with it every view, before the first caller."""
    os.environ.setdefault("WAYFARE_STATEMENT_SECONDS", str(LONGEST_STATEMENT))
    from config.wsgi import application  # noqa: I001  settings are read with it
    from django.urls import get_resolver

    from config import broken, memory

    get_resolver().url_patterns  # noqa: B018  reading it loads it
    for status in broken.STATUSES:
        broken.page(status)
    memory.settle()
    return application


def _allow_open_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = SETTINGS["connection_limit"] + OPEN_FILES_BESIDE_CALLERS
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, most) if most > 0 else wanted, most))


def _broken(status: int) -> tuple[str, list[tuple[str, str]], bytes]:
    from config import broken

    page = broken.page(status)
    return f"{status} {page.reason_phrase}", list(page.headers.items()), page.content


if __name__ == "__main__":
    main()
