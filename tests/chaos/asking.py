"""People at work while processes die: each asks for what they need, and asks again when no answer comes."""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from urllib.error import HTTPError

import psycopg
import requests
from kombu.exceptions import OperationalError

from config.celery import app
from tests.chaos.people import WHO
from tests.chaos.served import PATIENCE, ServedSystem
from tests.notifications.fake_twilio import post, signature
from tests.staff.factories import PASSWORD
from tests.workers.factories import make_id_number
from tests.workers.rosters import GOOD, HEADINGS, an_xlsx

ANSWERS_THAT_SAY_NOTHING = (500, 502, 503)
ROSTER_ROWS = 12
FIRST = date(1960, 1, 1)
FAMILIES, GIVEN = "赵钱孙李周吴郑王冯陈", "国秀英军芳伟娜敏静丽强磊洋艳勇"
REPORTS = ("delivered", "undelivered", "failed", "sent", "queued")


class Person:
    """Somebody at a browser. A page that does not come is asked for again; a button is pressed again."""

    def __init__(self, system: ServedSystem, heard: Counter):
        self.system, self.heard = system, heard
        self.session = requests.Session()

    def sign_in(self) -> None:
        self.get("/login/")
        answer = self.post("/login/", {"username": WHO, "password": PASSWORD})
        assert answer.is_redirect, f"nobody is let in: {' '.join(re.findall('>([^<>]+)<', answer.text))[-400:]}"

    def get(self, path: str) -> requests.Response:
        return self._ask("GET", path)

    def post(self, path: str, data: dict, **files) -> requests.Response:
        token = {"csrfmiddlewaretoken": self.session.cookies.get("csrftoken", "")}
        return self._ask("POST", path, data=data | token, **({"files": files} if files else {}))

    def _ask(self, method: str, path: str, **sent) -> requests.Response:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(requests.RequestException):
                url = self.system.url + path
                answer = self.session.request(method, url, timeout=30, allow_redirects=False, **sent)
                self.heard[answer.status_code] += 1
                if answer.status_code not in ANSWERS_THAT_SAY_NOTHING:
                    return self._heard(answer)
            time.sleep(0.3)
        raise AssertionError(f"{method} {path} was never answered")

    def _heard(self, answer: requests.Response) -> requests.Response:
        """A press that is refused, or that asks to sign in, is no work done."""
        asked = f"{answer.request.method} {answer.url}"
        assert "/login/" not in answer.headers.get("Location", ""), f"{asked} asks to sign in"
        assert answer.status_code < 400, f"{asked}: {answer.status_code}"
        return answer


class Round:
    """All that is asked in one round, by several people at once. `ledger` is what must be there afterwards, once."""

    def __init__(self, system: ServedSystem, number: int, people: dict, chance: random.Random):
        self.system, self.number, self.people = system, number, people
        self.chance = chance
        self.ledger = {"people": [], "seats": [], "letters": [], "crowd": []}
        self.heard: Counter = Counter()
        self.trouble: list[str] = []
        self.over = threading.Event()
        asking = [self.send_roster, self.book_seats, self.issue_letters, self.refer_crowd]
        self.asking = [threading.Thread(target=self._kept, args=[ask], daemon=True) for ask in asking]
        self.beside = [
            threading.Thread(target=self._kept, args=[go], daemon=True) for go in (self.run_clock, self.report)
        ]

    def begin(self) -> None:
        for thread in (*self.asking, *self.beside):
            thread.start()

    def is_asked(self) -> bool:
        return not any(thread.is_alive() for thread in self.asking)

    def end(self) -> None:
        for thread in self.asking:
            thread.join()
        self.over.set()
        for thread in self.beside:
            thread.join()

    def send_roster(self) -> None:
        """Looked at, and saved."""
        person, rows = self._somebody(), list(a_roster(self.number))
        content = an_xlsx(花名册=[[HEADINGS[name] for name in rows[0]], *[list(row.values()) for row in rows]])
        sent = person.post("/workers/import/", {}, file=(f"{self.number}.xlsx", content))
        page = re.search(r"/workers/import/\d+/", sent.headers.get("Location", ""))
        assert page, f"the roster was answered with {sent.status_code}"
        self._think()
        person.post(f"{page[0]}save/", {})
        self.ledger["people"] += [row["id_number"] for row in rows]

    def press_again(self) -> None:
        """Where the page says that a roster could not be saved, its sender does so once more."""
        for (key,) in self.system.ask("SELECT id FROM workers_rosterupload WHERE failed_at IS NOT NULL"):
            self._somebody().post(f"/workers/import/{key}/save/", {})

    def book_seats(self) -> None:
        person = self._somebody()
        for case in self.people["seats"]:
            self._think()
            path = f"/cases/{case}/seat/"
            form = person.get(path)
            if form.status_code == 302:  # seated
                continue
            person.post(path, {"trip": self.people["trip"], "once": once_in(form), "deed": "book"})
            self.ledger["seats"].append(case)

    def issue_letters(self) -> None:
        person = self._somebody()
        for case in self.people["letters"]:
            self._think()
            path = f"/cases/{case}/letter/"
            form = person.get(path)
            person.post(path, {"offer": "introduction", "valid_days": 15, "once": once_in(form)})
            self.ledger["letters"].append(case)

    def refer_crowd(self) -> None:
        person = self._somebody()
        chosen = person.post("/cases/refer-to-fair/", {"cases": self.people["crowd"], "query": ""})
        page = chosen.headers.get("Location", "").partition("?")[0]
        form = person.get(f"{page}?fair={self.people['fair']}")
        self._think()
        person.post(page, {"fair": self.people["fair"], "once": once_in(form)})
        self.ledger["crowd"] += self.people["crowd"]

    def run_clock(self) -> None:
        """All of the night's work, over and over, in any order: twice at the same time as well."""
        app.loader.import_default_modules()
        app.finalize()  # only now the schedules of the apps are in it
        tasks = sorted({entry["task"] for entry in app.conf.beat_schedule.values()} - {"operations.clock.pulse"})
        while not self.over.wait(0.5):
            task = self.chance.choice(tasks)
            with suppress(psycopg.Error, OperationalError, OSError):
                self.system.send((task, {}), (task, {}), queue="clock")

    def report(self) -> None:
        """The network tells what became of a text: twice, or two things that cannot both be so, or of nobody's text."""
        network, told = self.system.network, 0
        while not self.over.wait(0.1):
            for message in network.taken[told:]:
                for status in self.chance.choices(REPORTS, k=2):
                    fields, signed = network.report(message, status)
                    self._tell(message.callback, fields, signed)
                told += 1
            nobodys = f"{self.system.url}/webhooks/twilio/status/00000000-0000-0000-0000-000000000000/"
            self._tell(nobodys, fields := {"MessageSid": "SM1", "MessageStatus": "sent"}, signature(nobodys, fields))

    def _tell(self, *said) -> None:
        with suppress(OSError):
            try:
                self.heard[f"report {post(*said)}"] += 1
            except HTTPError as refused:
                self.heard[f"report {refused.code}"] += 1

    def _think(self) -> None:
        """So that their work goes on while the others die."""
        time.sleep(self.chance.uniform(0, 2.5))

    def _somebody(self) -> Person:
        person = Person(self.system, self.heard)
        person.sign_in()
        return person

    def _kept(self, ask) -> None:
        try:
            ask()
        except Exception as error:
            self.trouble.append(f"{ask.__name__}: {type(error).__name__} {error}")


def a_roster(number: int) -> Iterator[dict[str, str]]:
    for row in range(ROSTER_ROWS):
        n = number * ROSTER_ROWS + row
        name = FAMILIES[n % 10] + GIVEN[n // 10 % 15] + GIVEN[n // 150 % 15]
        born = FIRST + timedelta(days=n)
        yield GOOD | {
            "name": name,
            "id_number": make_id_number(birth_date=born, prefix="520524"),
            "phone": f"139{n:08}",
            "date": "2026-03-01",
            "lifted_out": "是",  # and without work: each gets a case
        }


def once_in(form: requests.Response) -> str:
    """The key of the form that the page shows."""
    found = re.search(r'name="once" value="([^"]+)"', form.text)
    assert found, f"no form, but {form.status_code}: {form.text[:200]}"
    return found[1]
