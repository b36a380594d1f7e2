"""Runs inside the system: the people of a round, and afterwards what became of each thing that was asked for."""

import json
from collections import Counter
from datetime import timedelta
from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command
from django.db.models import Count

from fairs.models import FairReferral
from jobs.letters import rendering
from jobs.models import Letter
from kit.sealing import crypto
from notifications.models import DeliveryAttempt, Message
from operations.models import Failure
from staff.models import User
from staff.roles import Role
from tests.fairs.factories import FairFactory
from tests.jobs.factories import VacancyFactory, contacted_case, introduced
from tests.staff.factories import ZHIJIN, PostingFactory, UserFactory
from tests.transport.factories import PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON, TODAY, WorkerFactory
from transport.models import Booking
from workers.models import Worker

WHO = "chaos"
EACH = 20  # people of a round for each kind of work
CROWD = 60  # sent to a fair by one press: more than a page deals with
OVER = ("sent", "delivered", "failed", "unknown", "suppressed")


def lay_out(number: str) -> None:
    """Prints {"trip": key, "fair": key, "seats": [case, ...], "letters": ..., "crowd": ...}."""
    born = {"birth_date": TODAY.replace(year=1980) + timedelta(days=int(number))}  # a round has ID numbers of its own
    WorkerFactory.reset_sequence(10_000 + 1000 * int(number))
    if not User.objects.filter(username=WHO).exists():
        somebody = UserFactory(username=WHO)
        for role in [role for role in Role if role != Role.AUDITOR]:  # who is nobody else there
            PostingFactory(user=somebody, role=role, area_id=ZHIJIN)
    post = VacancyFactory(headcount=3 * EACH)
    letters = [introduced(contacted_case(**born), post) for _ in range(EACH)]
    made = {
        "trip": TripFactory(open=True, leader=User.objects.get(username=WHO)).pk,
        "fair": FairFactory(open=True, host=User.objects.get(username=WHO)).pk,
        "seats": [PlacedCaseFactory(**born).pk for _ in range(EACH)],
        "letters": [case.pk for case in letters],
        "crowd": [contacted_case(**born).pk for _ in range(CROWD)],
    }
    print(json.dumps(made))


def reckon(ledger: str, answer: str) -> None:
    """Both are files. `ledger` holds what was asked, round by round, and what the phone network has taken."""
    asked = json.loads(Path(ledger).read_text())
    found = {"lost": [], "doubled": [], "broken": _what_is_broken()}
    for what, numbers in _counted(asked).items():
        found["lost"] += [f"{what} {key}" for key, number in numbers.items() if number == 0]
        found["doubled"] += [f"{what} {key}" for key, number in numbers.items() if number > 1]
    _look_at_texts(asked["taken"], found)
    found["failures"] = Counter(f"{row.task} {row.kind} {row.error}" for row in Failure.objects.all())
    found["texts"] = Counter(Message.objects.values_list("state", flat=True))
    Path(answer).write_text(json.dumps(found))


def _counted(asked: dict) -> dict[str, dict]:
    """How often each thing is there; once is right."""
    people = {number: crypto.blind_index(number, purpose=crypto.ID_NUMBER) for number in asked["people"]}
    known = {bytes(w.id_number_blind): w for w in Worker.objects.filter(id_number_blind__in=people.values())}
    cases = dict(Worker.objects.filter(id_number_blind__in=people.values()).values_list("pk").annotate(Count("cases")))
    return {
        "person": {number: int(blind in known) for number, blind in people.items()},
        "case of person": {n: cases.get(known[blind].pk, 0) for n, blind in people.items() if blind in known},
        "seat of case": _times(asked["seats"], Booking.objects.active().values_list("case_id", flat=True)),
        "letter of case": _times(asked["letters"], map(_rendered, Letter.objects.filter(case__in=asked["letters"]))),
        "referral of case": _times(asked["crowd"], FairReferral.objects.current().values_list("case_id", flat=True)),
        "invitation of case": _times(asked["crowd"], _cases_of("fair_invited")),
        "text of seat of case": _times(asked["seats"], _cases_of("seat_booked")),
        "text of letter of case": _times(asked["letters"], _cases_of("letter_ready")),
    }


def _times(keys: list[int], there) -> dict[int, int]:
    counted = Counter(there)
    return {key: counted[key] for key in keys}


def _cases_of(template: str):
    models = {"fair_invited": FairReferral, "seat_booked": Booking, "letter_ready": Letter}
    about = Message.objects.filter(template__startswith=template).values_list("about_id", flat=True)
    cases = dict(models[template].objects.values_list("pk", "case_id"))
    return [cases[key] for key in about if key in cases]


def _rendered(letter: Letter) -> int:
    """Its paper can be opened."""
    assert rendering.open_pdf(letter, at=NOON + timedelta(hours=8))
    return letter.case_id


def _look_at_texts(taken: list[str], found: dict) -> None:
    """`taken`: the token of each attempt that reached the network. Nobody sends again by hand here."""
    attempts = {str(attempt.token): attempt.message_id for attempt in DeliveryAttempt.objects.filter(token__in=taken)}
    found["lost"] += [f"attempt {token}" for token in taken if token not in attempts]
    times = Counter(attempts[token] for token in taken if token in attempts)
    found["doubled"] += [f"text {key}" for key, number in times.items() if number > 1]
    for message in Message.objects.only("state", "template", "not_before"):
        if message.state not in OVER or (message.state in ("sent", "delivered") and not times[message.pk]):
            found["lost"].append(f"text {message.pk} {message.template} {message.state} from {message.not_before}")


def _what_is_broken() -> list[str]:
    """Of the invariants and the journal, in their own words."""
    return [told for command in ("check_invariants", "verify_journal") if (told := _told_by(command))]


def _told_by(command: str) -> str:
    out = StringIO()
    try:
        call_command(command, stdout=out)
    except CommandError as error:
        return f"{command}: {error} {out.getvalue() if command == 'verify_journal' else ''}"
    return ""
