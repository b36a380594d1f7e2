"""Which facts of a record can be put right, and how the change is told in the journal."""

from datetime import date

from workers import identity
from workers.models import Worker

PLAIN = (
    "group_no", "household_role", "industry", "wish_willing", "wish_place", "wish_kind", "wish_wage",
    "wish_from", "wish_with_spouse", "sms_allowed", "contact_hours",
)  # fmt: skip
LINKS = ("area", "registered_area", "household")
IDENTITY = ("id_number", "sex", "birth_date")
CORRECTABLE = frozenset({*PLAIN, *LINKS, *IDENTITY, "name", "phone"})


def apply_changes(worker: Worker, changes: dict, *, today: date) -> dict[str, list]:
    """Set what differs on the instance, unsaved. Returns {field: [before, after]}, numbers masked.

    A field outside CORRECTABLE is a mistake in the calling code.
    """
    if unknown := changes.keys() - CORRECTABLE:
        raise ValueError(f"not correctable: {', '.join(sorted(unknown))}")
    before = _facts(worker)
    _apply_identity(worker, changes, today)
    if "name" in changes:
        worker.set_name(identity.read_name(changes["name"]))
    if "phone" in changes and (phone := identity.read_phone(changes["phone"])) != worker.phone:
        worker.set_phone(phone)
    for name in changes.keys() & {*PLAIN, *LINKS}:
        setattr(worker, name, changes[name])
    return _differences(before, _facts(worker))


def _apply_identity(worker: Worker, changes: dict, today: date) -> None:
    """An ID number, new or kept, has the last word on sex and birth date."""
    number = changes.get("id_number", worker.id_number)
    sex, birth_date = changes.get("sex", ""), changes.get("birth_date")
    if not number:
        worker.set_id_number("")
        worker.sex, worker.birth_date = sex or worker.sex, birth_date or worker.birth_date
        return
    if "id_number" not in changes and not sex and not birth_date:
        return
    read = identity.read_id_number(number, today)
    identity.check_agrees(read, sex=sex, birth_date=birth_date)
    if read.number != worker.id_number:
        worker.set_id_number(read.number)
    worker.sex, worker.birth_date = read.sex, read.birth_date


def _facts(worker: Worker) -> dict:
    """Every correctable fact as (compared, told): a sealed number is compared by its hash and told masked."""
    facts = {
        name: (getattr(worker, name), _plain(getattr(worker, name))) for name in (*PLAIN, "name", "sex", "birth_date")
    }
    for name in LINKS:
        key = getattr(worker, f"{name}_id")
        facts[name] = (key, key)
    facts["id_number"] = (_bytes(worker.id_number_blind), worker.id_number_masked)
    facts["phone"] = (_bytes(worker.phone_blind), worker.phone_masked)
    return facts


def _differences(before: dict, after: dict) -> dict[str, list]:
    return {name: [before[name][1], after[name][1]] for name in before if before[name][0] != after[name][0]}


def _plain(value):
    return value.isoformat() if isinstance(value, date) else value


def _bytes(value) -> bytes | None:
    return None if value is None else bytes(value)
