"""SQL for tables that only ever grow. Used by the migrations of every app that keeps such a table.

UPDATE, DELETE and TRUNCATE are refused by the database itself, whoever sends them. The owner of the table can still
disable the trigger (the tests do, to put the tables back): that is what the journal's hash chain is there to betray.
"""

from django.db import migrations

_FUNCTIONS = """
CREATE OR REPLACE FUNCTION wayfare_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

_DROP_FUNCTIONS = "DROP FUNCTION IF EXISTS wayfare_refuse_change() CASCADE;"

_TRIGGERS = """
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION wayfare_refuse_change();
CREATE TRIGGER {table}_is_not_truncated BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION wayfare_refuse_change();
"""

_DROP_TRIGGERS = """
DROP TRIGGER IF EXISTS {table}_is_append_only ON {table};
DROP TRIGGER IF EXISTS {table}_is_not_truncated ON {table};
"""

_BUT_FOR = """
DROP TRIGGER {table}_is_append_only ON {table};
CREATE FUNCTION {table}_says_the_same() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said {table} := NEW;
BEGIN
    said.{column} := OLD.{column};
    IF said IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_says_the_same();
CREATE TRIGGER {table}_is_not_deleted BEFORE DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION wayfare_refuse_change();
"""

_NOT_BUT_FOR = """
DROP FUNCTION {table}_says_the_same() CASCADE;
DROP TRIGGER {table}_is_not_deleted ON {table};
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION wayfare_refuse_change();
"""

_KEPT_ROWS = """
CREATE TRIGGER {table}_rows_are_kept BEFORE DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION wayfare_refuse_change();
"""

_BUT_FOR_WHAT_LEAVES = """
DROP TRIGGER IF EXISTS {table}_rows_are_kept ON {table};
CREATE TRIGGER {table}_rows_are_kept BEFORE DELETE ON {table}
    FOR EACH ROW WHEN (NOT ({leaves})) EXECUTE FUNCTION wayfare_refuse_change();
"""

_KEPT_ROWS_AGAIN = """
DROP TRIGGER {table}_rows_are_kept ON {table};
CREATE TRIGGER {table}_rows_are_kept BEFORE DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION wayfare_refuse_change();
"""

_ONLY_CHANGES = """
DROP TRIGGER {table}_is_append_only ON {table};
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION wayfare_refuse_change();
"""

_CHANGES_AND_ROWS = """
DROP TRIGGER {table}_rows_are_kept ON {table};
DROP TRIGGER {table}_is_append_only ON {table};
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION wayfare_refuse_change();
"""


def install_functions() -> migrations.RunSQL:
    """Once, in staff's first migrations; everyone else depends on them."""
    return migrations.RunSQL(_FUNCTIONS, _DROP_FUNCTIONS)


def append_only(table: str) -> migrations.RunSQL:
    """Rows of the table are never changed nor removed."""
    return migrations.RunSQL(_TRIGGERS.format(table=table), _DROP_TRIGGERS.format(table=table))


def append_only_but_for(table: str, column: str) -> migrations.RunSQL:
    """Of an append-only table one column may be written again: it says nothing, it vouches for what is said."""
    names = {"table": table, "column": column}
    return migrations.RunSQL(_BUT_FOR.format(**names), _NOT_BUT_FOR.format(**names))


def rows_are_kept(table: str) -> migrations.RunSQL:
    """Rows of the table may be changed but never removed."""
    undo = f"DROP TRIGGER IF EXISTS {table}_rows_are_kept ON {table};"
    return migrations.RunSQL(_KEPT_ROWS.format(table=table), undo)


def append_only_but_for_what_leaves(table: str, leaves: str) -> migrations.RunSQL:
    """Of an append-only table rows may go for which `leaves` holds, a condition on OLD. It gives nobody the right to
    delete: that is for a function of the owner."""
    words = {"table": table, "leaves": leaves}
    return migrations.RunSQL((_ONLY_CHANGES + _BUT_FOR_WHAT_LEAVES).format(**words), _CHANGES_AND_ROWS.format(**words))


def kept_but_for_what_leaves(table: str, leaves: str) -> migrations.RunSQL:
    """The same of a table whose rows may be changed, kept until now or not."""
    sql = _BUT_FOR_WHAT_LEAVES.format(table=table, leaves=leaves)
    return migrations.RunSQL(sql, _KEPT_ROWS_AGAIN.format(table=table))
