"""One database engine everywhere: PostgreSQL, from DATABASE_URL or embedded."""

from collections.abc import MutableMapping
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import make_conninfo

from config import embedded, environment, rights

SCHEMES = ("postgres", "postgresql")
DJANGO_NAMES = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
SECONDS_TO_WAIT = 5  # for a connection
SESSION = "-c lock_timeout=5s -c idle_in_transaction_session_timeout=10min"


def is_embedded() -> bool:
    return not environment.text("DATABASE_URL")


def libpq_parameters() -> dict[str, str]:
    """What libpq needs to connect, for Django and for the message broker alike.

    As the owner of the tables where that is known: who runs `migrate` knows DATABASE_OWNER_URL, no service does.
    """
    if not is_embedded():
        return from_url(environment.text("DATABASE_OWNER_URL") or environment.text("DATABASE_URL"))
    there = embedded.connection(var=environment.VAR, database=environment.text("WAYFARE_DB_NAME", "wayfare"))
    return there | ({"user": rights.APPLICATION} if environment.flag("WAYFARE_OWNS_NOTHING") else {})


def own_nothing(variables: MutableMapping[str, str]) -> None:
    """From now on whoever is started with these variables connects as the application, not as the owner."""
    variables.pop("DATABASE_OWNER_URL", None)
    variables["WAYFARE_OWNS_NOTHING"] = "1"


def application_role() -> str:
    """Whom the owner gives the application's rights; empty where owner and application are one."""
    if is_embedded():
        return rights.APPLICATION
    if not environment.text("DATABASE_OWNER_URL"):
        return ""
    user, owner = (from_url(environment.text(name)).get("user", "") for name in ("DATABASE_URL", "DATABASE_OWNER_URL"))
    return user if user != owner else ""


def from_url(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must read postgres://user:password@host:5432/name.")
    found = {
        "host": unquote(parts.hostname or ""),
        "port": str(parts.port or ""),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "dbname": unquote(parts.path.strip("/")),
        **dict(parse_qsl(parts.query)),
    }
    return {name: value for name, value in found.items() if value}


def django_settings(parameters: dict[str, str]) -> dict:
    extra = {name: value for name, value in parameters.items() if name not in DJANGO_NAMES}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{DJANGO_NAMES[name]: value for name, value in parameters.items() if name in DJANGO_NAMES},
        "CONN_HEALTH_CHECKS": True,  # a connection that the server has dropped is replaced before a page gets it
        "OPTIONS": {
            **extra,
            "prepare_threshold": 0,  # of kit.sql's cursor alone: all others put the values into the text
            "options": f"{SESSION} {_statement_timeout()} {extra.get('options', '')}".strip(),
            # A thread has one connection, so nobody waits while the database is up; away, that is soon said
            "pool": {"min_size": 1, "max_size": environment.number("WAYFARE_DB_POOL", 16), "timeout": SECONDS_TO_WAIT},
        },
        "TEST": {"NAME": f"test_{environment.text('WAYFARE_TEST_DB', parameters['dbname'])}"},
    }


def _statement_timeout() -> str:
    """Set by the web server for itself: who waits for a page is gone by then."""
    seconds = environment.number("WAYFARE_STATEMENT_SECONDS", 0)
    return f"-c statement_timeout={seconds}s" if seconds else ""


def conninfo(parameters: dict[str, str]) -> str:
    """The libpq form, which takes a socket directory where a URL cannot."""
    return make_conninfo(**parameters)
