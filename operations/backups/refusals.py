"""One line each: what is wrong with a backup, or with the house it is made from or should go to."""

from kit.refusals import Refusal


class NotABackup(Refusal):
    message = "This file is not a backup of Wayfare."


class HalfABackup(Refusal):
    message = "This backup is cut off: its end is missing. Nothing was changed."


class AlteredBackup(Refusal):
    message = "This backup was damaged or altered. Nothing was changed."


class KeyLost(Refusal):
    message = "The key of this backup is not in FIELD_KEYS. Nothing was changed."


class OtherIndexKey(Refusal):
    message = "BLIND_INDEX_KEY is not the one of this backup: nobody would be found by number. Nothing was changed."


class NewerBackup(Refusal):
    message = "This backup was made by a newer version of Wayfare. Nothing was changed."


class PeopleInTheWay(Refusal):
    message = "There are people in this database, or files in its folders; --replace puts the backup in their place."


class NotConfirmed(Refusal):
    message = "The name typed is not the database's. Nothing was changed."


class StillInUse(Refusal):
    message = "Somebody is connected to this database: stop web, workers and clock first. Nothing was changed."


class NewerSeals(Refusal):
    message = (
        "A place of WAYFARE_SEALS holds seals newer than the backup: keep it and name a new one. Nothing was changed."
    )


class NoTool(Refusal):
    message = "PostgreSQL's own programs are missing or older than the server."


class ToolFailed(Refusal):
    message = "PostgreSQL's own program failed."
