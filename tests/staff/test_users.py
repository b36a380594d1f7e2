"""Users stay, and what they opened stays written down."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from kit.refusals import ReasonMissing
from staff import services
from staff.models import AccessLog, User
from staff.refusals import UsersAreNotDeleted
from staff.roles import Role
from tests.staff.factories import UserFactory
from tests.workers.factories import NOON

pytestmark = pytest.mark.django_db


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or TRUNCATE trips over this test's own row first
        cursor.execute(statement)


@pytest.fixture
def look():
    return services.log_access(UserFactory(), 7, AccessLog.What.OPENED_RECORD, NOON, ip="10.0.0.7")


def test_a_user_is_never_deleted():
    user = UserFactory()

    with pytest.raises(UsersAreNotDeleted):
        user.delete()


def test_the_database_refuses_to_delete_a_user_whoever_asks():
    UserFactory()

    with pytest.raises(IntegrityError, match="staff_user is append-only: DELETE refused"), transaction.atomic():
        User.objects.all().delete()

    assert User.objects.count() == 1


@pytest.mark.parametrize("column", ["language", "theme"])
def test_a_preference_is_one_of_those_offered(column):
    user = UserFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(**{column: "fr"})


def test_create_user_refuses_a_weak_password():
    with pytest.raises(ValidationError):
        services.create_user(username="wang", display_name="王芳", password="1234567890")

    assert User.objects.count() == 0


def test_create_user_is_known_by_name_and_may_sign_in():
    user = services.create_user(username="wang", display_name="王芳", password="hills-and-buses-26")

    assert (str(user), user.check_password("hills-and-buses-26"), user.ranges_as(*Role)) == ("王芳", True, ())


def test_looking_is_written_down(look):
    assert AccessLog.objects.about(7).get() == look
    assert (look.what, look.at, look.ip, look.reason) == ("opened_record", NOON, "10.0.0.7", "")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE staff_accesslog SET reason = 'x'", "DELETE FROM staff_accesslog", "TRUNCATE staff_accesslog"],
)
def test_the_database_refuses_to_change_what_was_looked_at(look, statement):
    with pytest.raises(IntegrityError, match="staff_accesslog is append-only"):
        run(statement)

    assert AccessLog.objects.get() == look


@pytest.mark.parametrize("what", ["revealed_id", "revealed_phone"])
@pytest.mark.parametrize("reason", ["", "  "])
def test_unmasking_needs_a_reason(what, reason):
    user = UserFactory()

    with pytest.raises(ReasonMissing):
        services.log_access(user, 7, what, NOON, reason)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessLog.objects.create(user=user, worker_id=7, what=what, at=NOON)

    assert list(AccessLog.objects.all()) == []


def test_change_preferences_changes_only_what_is_given():
    user = UserFactory(language="zh-hans", theme="dark")

    services.change_preferences(user=user, language="en")

    user.refresh_from_db()
    assert (user.language, user.theme) == ("en", "dark")
