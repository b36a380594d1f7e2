"""People as rows of the register: worker, household, tags, the first line of the journal and its head."""

from datetime import UTC, date, datetime
from functools import cache

from insights.population.copying import Table
from insights.population.identities import pinyin_columns
from insights.population.people import Family, Somebody
from kit.copying import NULL, escaped
from kit.days import local_moment
from kit.sealing import crypto
from kit.sealing.many import BlindIndex, Sealer
from workers.choices import Source, VerifiedHow
from workers.journal import BEFORE_THE_FIRST
from workers.journal.copying import HEAD_COLUMNS, LINE_COLUMNS, Lines
from workers.models import Worker

IDENTITY = (
    *("id", "name", "name_pinyin", "name_initials", "other_readings", "sex", "birth_date", "area_code"),
    *("household_id", "household_role", "id_number_cipher", "id_number_blind", "id_tail"),
    *("phone_cipher", "phone_blind", "phone_tail", "wrong_phone_blind", "registered_area_code"),
)
SITUATION = (
    *("group_no", "service_group", "status", "status_since", "employer_name", "industry", "destination_code", "wage"),
    *("wish_willing", "wish_place", "wish_kind", "wish_wage", "wish_from", "wish_with_spouse", "sms_allowed"),
    *("contact_hours", "last_verified_at", "last_verified_by_id", "last_verified_how", "created_at", "once"),
)
COLUMNS = {
    "workers_worker": IDENTITY + SITUATION,
    "workers_household": ("id", "area_code", "address_detail", "relocation_site", "zero_employment", "created_at"),
    "workers_workertag": ("worker_id", "tag", "source", "valid_from"),
    "workers_journalline": LINE_COLUMNS,
    "workers_journalhead": HEAD_COLUMNS,
}
REGISTERED = "worker_registered"
WISHED_WAGES = (3500, 4000, 5000, 6000)


class Numbers:
    """The sealed columns of a person."""

    def __init__(self):
        self._id, self._phone = (
            Sealer(crypto.column(Worker, name)).seal for name in ("id_number_cipher", "phone_cipher")
        )
        self._id_index, self._phone_index = BlindIndex(crypto.ID_NUMBER).of, BlindIndex(crypto.PHONE).of

    def id_columns(self, number: str, key: int) -> str:
        if not number:
            return f"{NULL}\t{NULL}\t"
        return f"\\\\x{self._id(number, key).hex()}\t\\\\x{self._id_index(number).hex()}\t{number[-4:]}"

    def phone_columns(self, phone: str, key: int) -> tuple[str, str]:
        """The columns, and the digest alone."""
        digest = f"\\\\x{self._phone_index(phone).hex()}"
        return f"\\\\x{self._phone(phone, key).hex()}\t{digest}\t{phone[-4:]}", digest


class Register:
    """Writes people and remembers the next keys. `at` is when all of them were registered."""

    def __init__(self, tables: dict[str, Table], *, at: datetime, keys: dict[str, int]):
        self.worker, self.household, self.tag, self.line, self.head = (tables[name].write for name in COLUMNS)
        self.keys, self.numbers, self.lines = keys, Numbers(), Lines()
        self.registered_at, self.since = moment(at), f"{at:%Y-%m-%d}"

    def add_family(self, family: Family) -> None:
        """Nobody of them has a case."""
        home = self.add_household(family.village, family.is_without_work)
        for person in family.members:
            self._add(person, family.village, home if person.role else None)

    def add_household(self, village: int, is_without_work: bool, *, key: int | None = None) -> int:
        key = key or self.next_key("workers_household")
        self.household(f"{key}\t{village}\t\t\t{'t' if is_without_work else 'f'}\t{self.registered_at}\n")
        return key

    def identity(self, key: int, person: Somebody, village: int, home: int | None, wrong: bool = False) -> str:
        """The columns of IDENTITY; `wrong`: somebody else answers at the number."""
        phone, digest = self.numbers.phone_columns(person.phone, key)
        return (
            f"{key}\t{pinyin_columns(person.name)}\t{person.sex}\t{_iso(person.born)}\t{village}\t{home or NULL}\t"
            f"{person.role}\t{self.numbers.id_columns(person.id_number, key)}\t{phone}\t"
            f"{digest if wrong else NULL}\t{NULL}"
        )

    def first_line(self, key: int, village: int) -> bytes:
        """Written; its hash comes back."""
        row, digest = self.lines.line(
            self.next_key("workers_journalline"), key, 1, BEFORE_THE_FIRST, what=REGISTERED, about=None, by=None,
            happened_at=self.registered_at, entered_at=self.registered_at,
            data=f'{{"area":{village},"source":"{Source.IMPORT.value}"}}',
        )  # fmt: skip
        self.line(row)
        return digest

    def next_key(self, table: str) -> int:
        key = self.keys[table]
        self.keys[table] = key + 1
        return key

    def _add(self, person: Somebody, village: int, home: int | None) -> None:
        key = self.next_key("workers_worker")
        wish = WISHED_WAGES[key % 4]
        self.worker(
            f"{self.identity(key, person, village, home)}\t{key % 9 + 1}\t{person.group}\t{person.status}\t"
            f"{_iso(person.since)}\t\t{person.industry}\t{person.destination or NULL}\t{person.wage or NULL}\t{NULL}\t"
            f"{'省外' if key % 3 else '县内'}\t\t{wish}\t\tf\tt\t\t{_morning(person.since)}\t{NULL}\t"
            f"{VerifiedHow.IMPORT.value}\t{self.registered_at}\t{NULL}\n"
        )
        for tag in person.tags:
            self.tag(f"{key}\t{tag}\t{Source.IMPORT.value}\t{self.since}\n")
        self.head(self.lines.head(key, 1, self.first_line(key, village)))


def moment(at: datetime) -> str:
    """As the journal spells it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@cache
def _iso(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


@cache
def _morning(ordinal: int) -> str:
    return escaped(moment(local_moment(date.fromordinal(ordinal), 10)))
