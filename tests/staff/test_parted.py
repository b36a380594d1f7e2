"""System, security and audit in three hands: what each opens, and what the database never holds."""

from datetime import timedelta

import pytest
import time_machine
from django.core.checks import run_checks
from django.db import IntegrityError, connection, transaction

from staff import appointing, policies, services
from staff.models import Posting
from staff.refusals import NotYoursToGive, RolesKeptApart
from staff.register.parted import administrators_are_parted
from staff.roles import Role
from tests.staff.factories import DAFANG, FENGPING, MAOCHANG, ZHIJIN, PostingFactory, UserFactory, area_of
from tests.workers.factories import NOON

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
ADMINISTRATORS = ["administrator", "system_admin", "security_admin"]


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.mark.parametrize("role", ADMINISTRATORS)
@pytest.mark.parametrize("theirs, mine", [(ZHIJIN, ZHIJIN), (ZHIJIN, MAOCHANG), (FENGPING, ZHIJIN)])
@pytest.mark.parametrize("is_auditor_first", [True, False])
def test_nobody_is_auditor_and_administrator_where_one_area_holds_the_other(role, theirs, mine, is_auditor_first):
    first, second = ("auditor", role) if is_auditor_first else (role, "auditor")
    user = UserFactory(role=first, posted=theirs)

    with pytest.raises(RolesKeptApart):
        services.open_posting(user=user, role=second, area=area_of(mine), starts_on=TODAY)

    assert user.postings.count() == 1


def test_elsewhere_or_at_another_time_they_may():
    user = UserFactory(auditor=True, ends_on=TODAY)

    services.open_posting(user=user, role="security_admin", area=area_of(DAFANG), starts_on=TODAY)
    later = services.open_posting(
        user=user, role="system_admin", area=area_of(ZHIJIN), starts_on=TODAY + timedelta(days=1)
    )

    assert user.postings.count() == 3
    with pytest.raises(RolesKeptApart):
        services.end_posting(posting=user.postings.get(role="auditor"), ends_on=None)
    assert later.pk


@pytest.mark.parametrize("role", [role for role in Role if role not in {*ADMINISTRATORS, "auditor"}])
def test_every_other_role_goes_with_an_auditor(role):
    user = UserFactory(auditor=True)

    PostingFactory(user=user, role=role, area=area_of(ZHIJIN))

    assert user.postings.count() == 2


def test_the_database_says_so_to_whoever_writes_it():
    user = UserFactory(auditor=True)
    other = PostingFactory(user=user, role="supervisor", area=area_of(ZHIJIN))

    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.filter(pk=other.pk).update(role="system_admin")
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.bulk_create([Posting(user=user, role="security_admin", area_id=MAOCHANG, starts_on=TODAY)])


def test_who_held_both_from_before_may_be_ended_and_not_prolonged():
    user = UserFactory(auditor=True)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        both = PostingFactory(user=user, role="administrator", area=area_of(ZHIJIN), ends_on=TODAY + timedelta(days=9))
        cursor.execute("SET LOCAL session_replication_role = origin")

    with pytest.raises(RolesKeptApart):
        services.end_posting(posting=both, ends_on=None)
    services.end_posting(posting=both, ends_on=TODAY)

    assert user.postings.get(role="administrator").ends_on == TODAY


def test_the_security_administrator_decides_on_accounts_and_keeps_no_settings(client):
    security, cadre = UserFactory(security_administrator=True), UserFactory(village_cadre=True)
    client.force_login(security)

    posting = appointing.appoint(
        user=cadre, role="auditor", area=area_of(ZHIJIN), starts_on=TODAY, by=security, at=NOON
    )

    assert (posting.role, client.get("/people/").status_code) == ("auditor", 200)
    assert [client.get(path).status_code for path in ("/operations/", "/settings/", "/find/")] == [403, 403, 403]


def test_the_system_administrator_keeps_the_machine_and_decides_on_nobody(client):
    system, cadre = UserFactory(system_administrator=True), UserFactory(village_cadre=True)
    client.force_login(system)

    with pytest.raises(NotYoursToGive):
        appointing.deactivate(user=cadre, by=system, at=NOON)
    assert [client.get(path).status_code for path in ("/operations/", "/settings/")] == [200, 200]
    assert [client.get(path).status_code for path in ("/people/", "/find/", "/sign-ins/")] == [403, 403, 403]


def test_the_auditor_reads_what_was_done_to_accounts_in_the_area_and_nobody_else_does(client):
    security, cadre = UserFactory(security_administrator=True, display_name="Zhao"), UserFactory(village_cadre=True)
    appointing.deactivate(user=cadre, by=security, at=NOON)
    page = "/changes-of-accounts/"

    client.force_login(UserFactory(auditor=True))
    lines = client.get(page).context["lines"]
    client.force_login(UserFactory(auditor=True, posted=DAFANG))
    elsewhere = client.get(page).context["lines"]

    assert [(name, line.by) for name, line in lines] == [(str(cadre), "Zhao")]
    assert elsewhere == []
    assert not policies.allowed_by(policies.check_can_read_deeds)(security)


def test_the_check_before_production_names_who_still_holds_both():
    UserFactory(administrator=True, username="zhao")
    UserFactory(administrator=True, username="gone", ends_on=TODAY - timedelta(days=1))

    (warning,) = administrators_are_parted(databases=["default"])

    assert ("zhao" in warning.msg, "gone" in warning.msg) == (True, False)
    assert administrators_are_parted() == []
    asked = {"tags": ["database"], "databases": ["default"]}
    assert "staff.W001" in [found.id for found in run_checks(include_deployment_checks=True, **asked)]
    assert "staff.W001" not in [found.id for found in run_checks(**asked)]
