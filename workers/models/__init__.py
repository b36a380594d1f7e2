"""The nouns of the register. Split by noun: the person and household, what was reported, the journal."""

from workers.models.journal import JournalHead, JournalLine
from workers.models.person import Household, Worker, WorkerTag
from workers.models.reports import Flag, StatusReport
from workers.models.rosters import (
    ColumnMeaning,
    RosterChunk,
    RosterHousehold,
    RosterTrace,
    RosterUpload,
    RosterVerdict,
)
from workers.models.said import SaidOn
from workers.models.seals import JournalSeal, LastSealedHead, SealedHead, SealPlace
