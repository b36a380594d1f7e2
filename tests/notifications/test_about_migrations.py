import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from notifications.models import Message
from tests.notifications.factories import MessageFactory


def migrate(*targets):
    MigrationExecutor(connection).migrate(targets or MigrationExecutor(connection).loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_the_columns_can_be_taken_away_and_come_back_filled():
    MessageFactory(dedupe_key="please_call_back:7:20260305", about_type="cases.case", about_id=7)
    MessageFactory(dedupe_key="bench:8")

    try:
        migrate(("notifications", "0002_what_left_is_never_unsent"))
    finally:
        migrate()

    about = Message.objects.order_by("pk").values_list("about_type", "about_id")
    assert list(about) == [("cases.case", 7), ("", None)]
