"""A bucket of an S3-compatible store as a place for seals: one object each, called as a folder calls its files."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

from workers.rules.seals.folder import PlaceAway, name_of, number_in

SCHEME = "s3://"
LONGEST_SEAL = 4096  # bytes; one has some 500
AT_ONCE = 1 << 16  # bytes
SECONDS_TO_CONNECT, SECONDS_TO_ANSWER, TRIES = 5, 20, 2
GONE, THERE_IS_ONE = {"NoSuchKey", "404", "InvalidRange", "416"}, {"PreconditionFailed", "412"}
NOT_KNOWN_THERE = {"NotImplemented", "501"}  # stores that have no conditional writes


class Bucket:
    """`s3://bucket` or `s3://bucket/a/path`; where the store is and who asks is in WAYFARE_S3."""

    def __init__(self, address: str):
        said = urlsplit(address)
        self.address, self.bucket = address, said.netloc
        self.path = f"{said.path.strip('/')}/".lstrip("/")
        self._seals: dict[int, str] = {}

    def __str__(self) -> str:
        return self.address

    def numbers(self) -> list[int]:
        found, more = [], {}
        while True:
            with _asked():
                page = self._store.list_objects_v2(Bucket=self.bucket, Prefix=self.path, **more)
            found += [number_in(each["Key"].removeprefix(self.path)) for each in page.get("Contents", ())]
            if not page.get("IsTruncated"):
                return sorted(number for number in found if number is not None)
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def read(self, number: int) -> Iterator[str]:
        """FileNotFoundError when there is none. Line by line: the first seal is of everybody."""
        with _asked():
            for line in self._get(number).iter_lines(chunk_size=AT_ONCE):
                text = line.decode("ascii", errors="replace")
                self._seals.setdefault(number, text)
                yield text

    def text(self, number: int) -> str:
        """Asked for once. Its heads are not fetched."""
        if number not in self._seals:
            self._seals[number] = self._first_line(number)
        return self._seals[number]

    def write(self, number: int, lines: Iterable[str]) -> None:
        """FileExistsError if there is one of this number."""
        with TemporaryFile(dir=settings.WAYFARE_VAR) as body:
            body.writelines(f"{line}\n".encode("ascii") for line in lines)
            try:
                self._put(number, body, IfNoneMatch="*")
            except NotImplementedError:
                if number in self.numbers():
                    raise FileExistsError(self._key(number)) from None
                self._put(number, body)

    def _first_line(self, number: int) -> str:
        try:
            with _asked():
                start = self._get(number, Range=f"bytes=0-{LONGEST_SEAL - 1}").read()
        except FileNotFoundError:
            return ""
        return start.partition(b"\n")[0].decode("ascii", errors="replace")

    def _get(self, number: int, **part):
        return self._store.get_object(Bucket=self.bucket, Key=self._key(number), **part)["Body"]

    def _put(self, number: int, body: IO[bytes], **condition) -> None:
        body.seek(0)
        with _asked():
            self._store.put_object(
                Bucket=self.bucket, Key=self._key(number), Body=body, ContentType="text/plain", **condition
            )

    def _key(self, number: int) -> str:
        return f"{self.path}{name_of(number)}"

    @cached_property
    def _store(self):
        from botocore.config import Config  # 30 MB in a process: only who has a bucket pays for this import
        from botocore.session import get_session

        given = settings.WAYFARE_S3
        if not (given["key"] and given["secret"]):
            raise PlaceAway("WAYFARE_S3_KEY and WAYFARE_S3_SECRET are not set")
        config = Config(
            connect_timeout=SECONDS_TO_CONNECT,
            read_timeout=SECONDS_TO_ANSWER,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
            request_checksum_calculation="when_required",  # not every store knows the newer checksums
            response_checksum_validation="when_required",
            ignore_configured_endpoint_urls=True,
            s3={"addressing_style": given["style"], "payload_signing_enabled": True},
        )
        return get_session().create_client(
            "s3",
            region_name=given["region"],
            endpoint_url=given["endpoint"] or None,
            aws_access_key_id=given["key"],
            aws_secret_access_key=given["secret"],
            config=config,
        )


@contextmanager
def _asked() -> Iterator[None]:
    """What the store answers, in the words of files."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in GONE:
            raise FileNotFoundError(code) from error
        if code in THERE_IS_ONE:
            raise FileExistsError(code) from error
        if code in NOT_KNOWN_THERE:
            raise NotImplementedError(code) from error
        raise PlaceAway(code) from error
    except (BotoCoreError, ValueError) as error:  # ValueError: an endpoint that is no address
        raise PlaceAway(type(error).__name__) from error


def is_bucket(address: str) -> bool:
    return address.startswith(SCHEME)
