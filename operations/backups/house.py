"""What a manifest says of the house: its version, its migrations, how many rows each table has."""

import tomllib

import psycopg
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from kit.sealing import crypto
from operations.backups.refusals import NewerBackup, OtherIndexKey

TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1, 2
"""


def version() -> str:
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def migrations(link: psycopg.Connection) -> list[str]:
    return [f"{app}.{name}" for app, name in link.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")]


def row_counts(link: psycopg.Connection) -> dict[str, int]:
    return {f"{schema}.{table}": _count(link, schema, table) for schema, table in link.execute(TABLES).fetchall()}


def newest_seal(link: psycopg.Connection) -> int:
    return link.execute("SELECT coalesce(max(number), 0) FROM workers_journalseal").fetchone()[0]


def index_key_mark() -> str:
    """Tells one BLIND_INDEX_KEY from another and gives neither away."""
    return crypto.blind_index("which key", purpose="backup").hex()[:16]


def check_can_take(manifest: dict) -> None:
    known = {f"{app}.{name}" for app, name in _on_disk()}
    ours = {name.partition(".")[0] for name in known}
    if newer := [one for one in manifest["migrations"] if one.partition(".")[0] in ours and one not in known]:
        raise NewerBackup(
            f"This backup was made by a newer version of Wayfare ({manifest['version']}: {newer[0]}); "
            f"this is {version()}. Nothing was changed."
        )
    if manifest["index_key"] != index_key_mark():
        raise OtherIndexKey


def _on_disk() -> set[tuple[str, str]]:
    """Those that were squashed away count as known."""
    loader = MigrationLoader(None)
    replaced = {one for migration in loader.disk_migrations.values() for one in migration.replaces}
    return set(loader.disk_migrations) | replaced


def _count(link: psycopg.Connection, schema: str, table: str) -> int:
    return link.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))).fetchone()[0]
