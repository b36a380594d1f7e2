"""What no page, no form and no reader of files expects, made by a seed: the same seed makes the same."""

import io
import random
import zipfile
from urllib.parse import quote_from_bytes

from tests.kit.photos import a_pdf, a_photo
from tests.workers.rosters import GOOD, HEADINGS, ROSTERS, SAMPLE_CSV, an_xlsx
from tests.workers.test_import_extents import CELL, ROW, an_ods

VALUES = (
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202e\u2066abc", "\u200b\ufeff", "\ue5e5", "\U0010ffff",
    "0", "-0", "-1", "1e400", "1e9", "NaN", "Infinity", "-inf", "9" * 400, "9" * 5000, str(2**31), str(2**63),
    str(-(2**63) - 1), str(2**64), "0x1f", "1_000", "½", "٣", "１２３", "²", "1,5", "1.5.5", "真", "true",
    "None", "null", "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "2026-3-5",
    "2026-03-05T99:99", "2026-03-05T12:00:00+99:99", "24:00", "-1:-1", "1900-01-01T00:00", "today", "2026-W53-7",
    "<script>alert(1)</script>", "'; DROP TABLE x; --", "{{ 7*7 }}", "{% now %}", "%s%n%(x)s", "../../etc/passwd",
    "/", "//evil.example", "https://evil.example/", "javascript:alert(1)", "\\\\host\\share", "a\r\nSet-Cookie: b=c",
    '{"a": [1, {"b": null}]}', "[" * 3000, '["\\ud800"]', '"\\u0000"', "[]", "{}", "[[]]", '{"__proto__": 1}',
    "a" * 300, "长" * 2000, "\n" * 500, "a:b", "1:2:3", ":", ",", ",,,", "1,2,x", "-", "--", "=1+1", "@SUM(A1)",
    "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}", "👩‍👩‍👧", "ﷺ" * 50,
)  # fmt: skip
MEGABYTE = "王" * 350_000
KEYS = (0, 1, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 2**64, 10**30)
TAILS = ("%00", "%ff", "%ED%A0%80", "..;/", "%2e%2e/", "//", "?", "%", "%0d%0aX: y", "\uffff", ".pdf", "a" * 3000)
"""Of an address."""
HEADERS = {
    "HX-Request": ("true", "\x7f"),
    "HX-Target": ("sheet", "x" * 500, "\xff"),
    "HX-Boosted": ("true",),
    "HX-Current-URL": ("http://testserver/cases/", "//", "http://[", "\xff\xfe", "javascript:x", "http://testserver/%ff"),
    "Referer": ("http://testserver/today/", "http://[::1", "//", "\xff", "http://testserver/cases/99999999999999999999/"),
    "Accept-Language": ("en", "x" * 5000, "zh-hans;q=abc", "\xff", "*" * 200, "en-us-" * 300),
    "X-Forwarded-For": ("1.2.3.4", "not an address", "::::", "1.2.3.4, " * 500),
    "X-Request-ID": ("x" * 5000, "\n", "\xff"),
    "Accept-Encoding": ("gzip", "\xff", "gzip;q=x"),
    "If-Modified-Since": ("Thu, 99 Xyz 2026 99:99:99 GMT", "x"),
    "Range": ("bytes=0-", "bytes=9-1", "x"),
    "Cookie": ("sessionid=\x00; csrftoken=é", "django_language=../../x", "wayfare_theme=<x>", "messages=W10:x:y"),
}  # fmt: skip
CONTENT_TYPES = (
    "application/x-www-form-urlencoded; charset=utf-16", "application/x-www-form-urlencoded; charset=rot13",
    "multipart/form-data; boundary=x; charset=rot13", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x", "application/json", "text/plain; charset=\xff", "", "x" * 3000,
)  # fmt: skip
PART = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'


class Absurd:
    """Draws from all that by its own chance."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)

    def value(self) -> str:
        kind = self.chance.random()
        if kind < 0.01:
            return MEGABYTE
        if kind < 0.1:
            return "".join(chr(self.chance.randrange(0x110000)) for _ in range(self.chance.randrange(1, 30)))
        if kind < 0.2:
            return self.chance.choice(VALUES) + self.chance.choice(VALUES)
        return self.chance.choice(VALUES)

    def form(self, likely: dict[str, list[str]]) -> dict[str, list[str]]:
        """The fields of a page, many as it would send them, some absurd, doubled, left out or called otherwise."""
        filled = {}
        for name, values in likely.items():
            draw = self.chance.random()
            if draw < 0.1:
                continue
            if draw > 0.97:
                name = self.chance.choice((f"{name}[]", f"{name}[0][a]", f"{name}-0-x", name.upper(), f"__{name}"))
            filled[name] = [self._one_of(values) for _ in range(self.chance.choice((1, 1, 1, 1, 2, 7)))]
        if self.chance.random() < 0.1:
            filled[self.value()[:200]] = [self.value()]
        return filled

    def _one_of(self, values: list[str]) -> str:
        return self.chance.choice(values) if values and self.chance.random() < 0.55 else self.value()

    def headers(self) -> dict[str, str]:
        return {name: self.chance.choice(values) for name, values in HEADERS.items() if self.chance.random() < 0.08}

    def address(self, path: str, fields: list[str]) -> str:
        """Of one that leads somewhere; with a tail, cut, or with questions that it may know."""
        draw = self.chance.random()
        if draw < 0.1:
            path = path + self.chance.choice(TAILS)
        elif draw < 0.15:
            at = self.chance.randrange(len(path))
            path = "/" + path[:at].lstrip("/") + escaped(self.value()[:300]) + path[at:]
        names = self.chance.choices(fields, k=self.chance.randrange(5))
        query = "&".join(f"{escaped(name)}={escaped(self.value()[:3000])}" for name in names)
        return f"{path}?{query}" if query else path

    def body(self, form: dict[str, list[str]]) -> tuple[bytes, str]:
        """And its content type."""
        pairs = [(name, value) for name, values in form.items() for value in values]
        draw = self.chance.random()
        if draw < 0.75:
            whole = "&".join(f"{escaped(name)}={escaped(value)}" for name, value in pairs).encode()
            return self._cut(whole), "application/x-www-form-urlencoded"
        if draw < 0.93:
            return self._cut(self._parts(pairs)), "multipart/form-data; boundary=x"
        return self._parts(pairs), self.chance.choice(CONTENT_TYPES)

    def _parts(self, pairs: list[tuple[str, str]]) -> bytes:
        def part(name: str, value: str) -> bytes:
            is_file = b'; filename="../%s.xlsx"' % raw(name)[:99] if self.chance.random() < 0.1 else b""
            return PART % (raw(name).replace(b'"', b""), is_file, raw(value))

        return b"".join(part(*pair) for pair in pairs) + b"--x--\r\n"

    def _cut(self, whole: bytes) -> bytes:
        return whole[: self.chance.randrange(len(whole) + 1)] if self.chance.random() < 0.03 else whole

    def damaged(self, whole: bytes) -> bytes:
        """Some bytes changed, cut out, doubled or put elsewhere."""
        content = bytearray(whole)
        for _ in range(self.chance.choice((1, 1, 2, 5, 30))):
            at = self.chance.randrange(len(content) or 1)
            upto = min(len(content), at + self.chance.choice((1, 1, 2, 4, 100, 5000)))
            piece = content[at:upto]
            content[at:upto] = self.chance.choice(
                (self.chance.randbytes(len(piece)), b"", piece * 2, bytes(len(piece)), b"\xff" * len(piece))
            )
        return bytes(content)

    def file(self, whole: bytes) -> bytes:
        """Of an archive a part is damaged and packed anew, or the packing itself is."""
        if not whole.startswith(b"PK") or self.chance.random() < 0.3:
            return self.damaged(whole)
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(whole)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
            hurt = self.chance.choice(before.namelist())
            for name in before.namelist():
                content = before.read(name)
                after.writestr(name, self.damaged(content) if name == hurt else content)
        return out.getvalue()


def rosters() -> list[bytes]:
    """One of each kind that is read."""
    rows = [[HEADINGS[name] for name in GOOD], *[list(GOOD.values())] * 3]
    xls = [path.read_bytes() for path in ROSTERS.glob("hidden*.xls")]
    ods = an_ods(ROW.format("", "".join(CELL.format("", word) for word in GOOD.values())))
    return [an_xlsx(花名册=rows), ods, SAMPLE_CSV.read_bytes()[:3000], *xls]


def papers() -> list[bytes]:
    kinds = ("JPEG", "PNG", "WEBP", "HEIF")
    return [*(a_photo(kind, taken_at_home=True) for kind in kinds), a_pdf(pages=2, carrying=b"more")]


def escaped(text: str) -> str:
    return quote_from_bytes(raw(text), safe="")


def raw(text: str) -> bytes:
    """Lone surrogates as some programs send them, although no UTF-8 has them."""
    return text.encode("utf-8", "surrogatepass")
