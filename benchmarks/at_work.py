"""Somebody at work in a database, as a process of its own: `python -m benchmarks.at_work caseworker SECONDS 0 2`, the
first of two, who share the people between them.

Says at the end, in one line of JSON, how long each deed took in ms, by its name, and what was refused.
"""

import json
import os
import random
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.request import Request, urlopen

import django

PAUSE = 0.1
"""Seconds between two deeds: a person reads, and what is measured is not the queue before the processor."""
A_TRAIN = 2000  # places
PAGES = ("/today/", "/cases/", "/cases/?due=late", "/overview/", "/find/?q=wang", "/trips/", "/fairs/")


class Diary:
    """What was done until the time is up."""

    def __init__(self, seconds: float):
        self._until = time.monotonic() + seconds
        self.ms: dict[str, list[float]] = defaultdict(list)
        self.refused: Counter = Counter()

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self._until

    def did(self, name: str, deed: Callable, *args, **said):
        from django.db import OperationalError

        from kit.refusals import Refusal

        began = time.perf_counter()
        try:
            return deed(*args, **said)
        except Refusal as refusal:
            self.refused[type(refusal).__name__] += 1
        except OperationalError:  # a circle of locks; those at work go on, and the figures tell how many there were
            traceback.print_exc()
            self.refused["OperationalError"] += 1
        finally:
            self.ms[name].append(round(1000 * (time.perf_counter() - began), 1))
            time.sleep(PAUSE)

    def told(self) -> str:
        return json.dumps({"ms": self.ms, "refused": self.refused})


def caseworker(diary: Diary, which: int, of: int) -> None:
    """Carries one person after the other from the first talk to a seat, and lets every fifth give it back."""
    from benchmarks.bench_seats import open_train
    from cases import services as cases
    from transport import services as transport

    for n, case in enumerate(_flagged(diary, which, of)):
        now = _now()
        if n % A_TRAIN == 0:
            train, employer = open_train(A_TRAIN), _employer()
        spoke = {"channel": "call", "outcome": "spoke_to_worker", "status": "unemployed_willing"}
        diary.did("contact", cases.record_contact, case=case, happened_at=now, by=None, at=now, **spoke)
        diary.did("placement", _placed, case, employer)
        case.refresh_from_db()
        booking = diary.did("booking", transport.book_seat, trip=train, case=case, by=None, at=_now())
        if booking and n % 5 == 0:
            diary.did("seat given back", transport.release_seat, booking=booking, by=None, at=_now())


def _flagged(diary: Diary, which: int, of: int) -> Iterator:
    from cases.models import Case

    last = 0
    while diary.goes_on:
        some = list(Case.objects.in_state("flagged").filter(pk__gt=last).select_related("worker").order_by("pk")[:100])
        for case in some:
            if not diary.goes_on:
                return
            last = case.pk
            if case.pk % of == which:
                yield case


def _employer():
    from areas.models import Area
    from jobs.models import Employer

    city = Area.objects.get(pk=330200000000)
    return Employer.objects.create(name="宁波注塑厂", area=city, created_at=_now())


def _placed(case, employer) -> None:
    from jobs.services import confirm_placement

    now = _now()
    case.refresh_from_db()
    confirm_placement(
        case=case, employer=employer, vacancy=None, area=employer.area, start_on=now.date() + timedelta(days=7),
        wage=5000, evidence="worker_word", needs_transport=True, found_through="introduction", by=None, at=now,
    )  # fmt: skip


def reader(diary: Diary, which: int, of: int) -> None:
    """Cadres and supervisors of every level look at their pages, by HTTP."""
    people, chance = [signed_in(person) for person in _readers()[which::of]], random.Random(which)
    while diary.goes_on:
        cookie, page = chance.choice(people), chance.choice(PAGES)
        diary.did(f"page {page}", _look, page, cookie)


def _readers() -> list:
    from benchmarks.bench_pages import ROLES, colleagues

    return [person for level in ROLES for person in colleagues(level)[:3]]


def signed_in(person) -> str:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _look(page: str, cookie: str) -> None:
    from urllib.parse import quote

    address = os.environ["WAYFARE_AT"] + quote(page, safe="/?=&")
    with urlopen(Request(address, headers={"Cookie": cookie}), timeout=60) as answer:
        if answer.status != 200 or answer.url.rstrip("/").endswith("login"):
            raise SystemExit(f"{page}: {answer.status} {answer.url}")
        answer.read()


def _now():
    from django.utils import timezone

    return timezone.now()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    who, seconds, which, of = sys.argv[1:]
    diary = Diary(float(seconds))
    {"caseworker": caseworker, "reader": reader}[who](diary, int(which), int(of))
    print(diary.told())
