"""The demo county's casework among other people elsewhere: whole, true, and the engine goes on with it."""

import re
from datetime import timedelta

import pytest
from django.db import connection

from cases import services as cases
from cases.choices import OPEN_STATES, Channel, Outcome, State
from cases.models import Case, WorkItem
from insights.demo.staff import COUNTY
from insights.population.bare import CONSTRAINTS, FOREIGN_KEYS, INDEXES
from insights.population.making import NotEmpty, Wanted, _tables, make_population
from kit import tallies
from notifications.models import Message
from staff.models import Posting, User
from tests.workers.factories import NOON
from workers.choices import Status
from workers.invariants import violations
from workers.models import StatusReport, Worker

pytestmark = pytest.mark.django_db(transaction=True)
TOLD, PEOPLE = 800, 5000
TRIGGERS = """
SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger
WHERE tgrelid = ANY(%s::regclass[]) AND NOT tgisinternal ORDER BY 1, 2
"""


def test_a_population_is_whole_and_goes_on():
    """One making for all of it: it takes a while."""
    before = definitions()

    make_population(Wanted(workers=PEOPLE, seed=3, at=NOON, told=TOLD), say=lambda _: None)

    assert definitions() == before
    assert PEOPLE <= Worker.objects.count() <= PEOPLE + 10
    assert {name: n for name, n in violations() if n} == {}
    assert tallies.differences(tallies.declared()) == []
    check_shares()
    check_places()
    check_the_engine_goes_on()
    with pytest.raises(NotEmpty):
        make_population(Wanted(workers=PEOPLE, seed=3, at=NOON, told=TOLD), say=lambda _: None)


def definitions() -> list:
    found = []
    with connection.cursor() as cursor:
        for asked in (FOREIGN_KEYS, CONSTRAINTS, INDEXES, TRIGGERS):
            cursor.execute(asked, [_tables()])
            found += sorted(tuple(map(spelt, row)) for row in cursor.fetchall())
        cursor.execute("SELECT conname FROM pg_constraint WHERE NOT convalidated")
        found += cursor.fetchall()
    return found


def spelt(definition: str) -> str:
    """PostgreSQL spells the casts of a definition anew each time it reads one."""
    return re.sub(r"::(text|character varying)|[()]|\[\]", "", definition)


def check_shares() -> None:
    """A case for every so many people, in every state, and three seasons of reports."""
    told = Case.objects.filter(area__code__gte=COUNTY, area__code__lt=COUNTY + 10**6).count()
    assert set(State.values) - set(Case.objects.values_list("state", flat=True)) <= {State.SETTLED}
    assert Case.objects.count() > 2 * told > 0
    assert Case.objects.count() / PEOPLE == pytest.approx(0.08, abs=0.03)
    assert StatusReport.objects.filter(status="returned_going_back").dates("happened_at", "year").count() >= 3
    assert (
        Message.objects.filter(body__contains="织金")
        .exclude(area__code__gte=COUNTY, area__code__lt=COUNTY + 10**6)
        .count()
        == 0
    )


def check_places() -> None:
    """Somebody serves everywhere; what was told of one county is said of another."""
    assert Posting.objects.filter(role="village_cadre").values("area").distinct().count() == 3716
    assert User.objects.filter(username="city").exists()
    elsewhere = Case.objects.exclude(area__code__gte=COUNTY, area__code__lt=COUNTY + 10**6).select_related("owner")
    assert elsewhere.count() > 0
    assert all(case.owner.postings.get().area_id == case.area_id for case in elsewhere)


def check_the_engine_goes_on() -> None:
    """A copied case of each state is carried on by the services, the first of them to its end."""
    for state in OPEN_STATES:
        case = Case.objects.filter(state=state).order_by("-pk").first()
        if case is not None:
            cases.record_contact(
                case=case, channel=Channel.CALL, outcome=Outcome.SPOKE_TO_WORKER, happened_at=NOON + timedelta(days=1),
                by=case.owner, at=NOON + timedelta(days=1), status=Status.EMPLOYED_IN_COUNTY,
            )  # fmt: skip
    ended = Case.objects.filter(closed_at=NOON + timedelta(days=1))
    assert ended.exists()
    assert not WorkItem.objects.open().filter(case__in=ended).exists()
    assert {name: n for name, n in violations() if n} == {}
