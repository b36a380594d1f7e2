"""What `make chaos` holds its rounds against."""

import json
from uuid import uuid4

import pytest

from tests.chaos.people import reckon
from tests.jobs.factories import contacted_case
from tests.notifications.factories import MessageFactory
from tests.workers.factories import NOON, make_id_number


@pytest.mark.django_db
def test_the_reckoning_names_what_is_not_there_and_what_is_there_twice(tmp_path):
    """Otherwise no round could fail."""
    case, told = contacted_case(), MessageFactory(sent=True)
    told.attempts.create(
        round=told.round + 1, number=1, gateway=told.gateway, started_at=NOON, ended_at=NOON, outcome="unknown"
    )
    twice = [str(token) for token in told.attempts.values_list("token", flat=True)]
    nobodys, number = str(uuid4()), make_id_number()
    ledger, answer = tmp_path / "ledger", tmp_path / "answer"
    asked = {"people": [number], "seats": [case.pk], "letters": [], "crowd": [], "taken": [*twice, nobodys]}
    ledger.write_text(json.dumps(asked))

    reckon(str(ledger), str(answer))

    found = json.loads(answer.read_text())
    lost = [f"person {number}", f"seat of case {case.pk}", f"text of seat of case {case.pk}", f"attempt {nobodys}"]
    assert (found["lost"], found["doubled"]) == (lost, [f"text {told.pk}"])
