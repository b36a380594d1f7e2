from django.db import migrations, transaction

from workers.rules.names import pinyin_of

CHUNK = 2_000
UPDATE = """
UPDATE workers_worker AS worker
SET name_pinyin = told.whole, name_initials = told.initials, other_readings = told.others
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[]) AS told (id, name, whole, initials, others)
WHERE worker.id = told.id AND worker.name = told.name
"""


def read_again(apps, schema_editor):
    """By key, a transaction a chunk, so that it can be broken off and run again; only what differs is written.

    It waits for a roster being saved, however long that takes.
    """
    connection = schema_editor.connection
    workers = apps.get_model("workers", "Worker").objects.order_by("pk")
    columns = ("pk", "name", "name_pinyin", "name_initials", "other_readings")
    last = 0
    while rows := list(workers.filter(pk__gt=last).values_list(*columns)[:CHUNK]):
        told = [(pk, name, *pinyin_of(name)) for pk, name, *stored in rows if tuple(stored) != pinyin_of(name)]
        if told:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = 0")
                cursor.execute(UPDATE, [list(column) for column in zip(*told, strict=True)])
        last = rows[-1][0]


class Migration(migrations.Migration):
    """Pinyin of everybody on the register, by the readings of names as they are now, Latin names included."""

    atomic = False
    dependencies = [("workers", "0004_other_readings_of_names")]
    operations = [migrations.RunPython(read_again, migrations.RunPython.noop, elidable=True)]
