import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now

from tests import loaded_tables

pytestmark = pytest.mark.django_db(transaction=True)


def test_restore_empties_what_a_test_filled_and_puts_back_what_it_took():
    permissions = set(Permission.objects.values_list("codename", flat=True))
    Session.objects.create(session_key="left over", session_data="", expire_date=now())
    Permission.objects.all().delete()
    ContentType.objects.filter(model="session").update(model="changed")

    loaded_tables.restore()

    assert set(Permission.objects.values_list("codename", flat=True)) == permissions != set()
    assert not ContentType.objects.filter(model="changed").exists()
    assert not Session.objects.exists()


def test_restore_works_after_a_broken_transaction():
    transaction.set_autocommit(False)
    with pytest.raises(DatabaseError):
        connection.cursor().execute("SELECT no_such_column")

    loaded_tables.restore()

    assert not Session.objects.exists()
