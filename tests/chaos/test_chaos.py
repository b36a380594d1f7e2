"""The short form of `make chaos`: one round of work under deaths of each kind, reckoned up."""

import json
from uuid import uuid4

import pytest

from tests.chaos.campaign import Campaign
from tests.chaos.people import reckon
from tests.chaos.served import ServedSystem
from tests.jobs.factories import contacted_case
from tests.notifications.factories import MessageFactory
from tests.notifications.fake_twilio import FakeTwilio
from tests.workers.factories import NOON, make_id_number

DEATHS = ["a worker", "the clock", "clock jumps", "a web process", "the database", "all workers"]

pytestmark = [pytest.mark.xdist_group("chaos"), pytest.mark.longest]


@pytest.fixture
def campaign(tmp_path):
    with (
        FakeTwilio() as network,
        ServedSystem(folder=tmp_path, network=network) as system,
        Campaign(system, seed=1) as campaign,
    ):
        yield campaign


def test_nothing_is_lost_or_doubled_when_processes_die_under_work(campaign):
    found = campaign.round(DEATHS, pause=1)

    assert campaign.trouble == []
    assert (found["lost"], found["doubled"], found["broken"]) == ([], [], [])
    assert {what for what, asked in campaign.ledger.items() if asked} == {"people", "seats", "letters", "crowd"}
    assert {kill.kind.partition("-")[0] for kill in campaign.recoveries.kills} == {"worker", "clock", "web", "database"}
    assert found["texts"].keys() & {"sent", "delivered"}


@pytest.mark.django_db
def test_the_reckoning_names_what_is_not_there_and_what_is_there_twice(tmp_path):
    """Otherwise the round above could not fail."""
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
