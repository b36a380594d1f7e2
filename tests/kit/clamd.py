"""A virus scanner that speaks as clamd does and knows one virus: the one everybody agreed on for trials."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"  # in two, or scanners find us
FOUND, OK = b"stream: Eicar-Test-Signature FOUND\0", b"stream: OK\0"
TOO_LONG = b"INSTREAM size limit exceeded. ERROR\0"


class Clamd(socketserver.StreamRequestHandler):
    """What clamd(8) says of INSTREAM: a length of four bytes, the highest first, before each piece; none ends it."""

    def handle(self):
        heard = self.server.heard
        heard.append(self.rfile.read(len(b"zINSTREAM\0")))
        if heard[-1] == b"zINSTREAM\0":
            self.answer(b"".join(self.pieces()))

    def pieces(self) -> Iterator[bytes]:
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            yield self.rfile.read(size)

    def answer(self, content: bytes) -> None:
        self.server.heard.append(content)
        self.wfile.write(self.server.answer or (FOUND if EICAR in content else OK))


class Deaf(socketserver.BaseRequestHandler):
    def handle(self):
        self.server.may_go.wait(60)


@contextmanager
def serving(server) -> Iterator:
    server.heard, server.answer, server.may_go = [], b"", threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.may_go.set()
        server.shutdown()
        thread.join()
        server.server_close()
