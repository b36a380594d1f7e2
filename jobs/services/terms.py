"""What is agreed when somebody is hired: the same facts from the place page, an introduction and a receipt."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.files.base import File

from cases.models import Case
from jobs.models import Placement
from jobs.refusals import (
    EndDateUnlikely,
    EvidenceMissing,
    PhotoMissing,
    StartDateUnlikely,
    WageRecordMissing,
    WordWithoutName,
)
from kit.days import local_day

Evidence = Placement.Evidence
WORDS_OF_OTHERS = frozenset({Evidence.EMPLOYER_WORD, Evidence.STATION_CHECK})
BEFORE_THE_CASE = timedelta(days=30)  # work is often on paper, and begun, before it is entered
AHEAD = timedelta(days=90)


@dataclass(frozen=True)
class Terms:
    """When, for how many yuan a month, and how we know. `needs_transport` is False for work nearby."""

    start_on: date
    evidence: str
    needs_transport: bool
    wage: int | None = None
    evidence_note: str = ""
    evidence_file: File | None = None


def check_evidence(terms: Terms) -> None:
    """A word is somebody's word: it names them. A photo is a photo."""
    if terms.start_on is None or terms.evidence not in Evidence.values:
        raise EvidenceMissing
    told, shown = bool(terms.evidence_note.strip()), bool(terms.evidence_file)
    if terms.evidence in WORDS_OF_OTHERS and not told:
        raise WordWithoutName
    if terms.evidence == Evidence.CONTRACT_PHOTO and not shown:
        raise PhotoMissing
    if terms.evidence == Evidence.WAGE_RECORD and not (told or shown):
        raise WageRecordMissing


def check_end(placement: Placement, because: str, ended_on: date, today: date) -> None:
    """Nobody has left a job tomorrow, nor before it began; one that never began ends on any day until today."""
    has_begun = because == Placement.Ended.NEVER_STARTED or placement.start_on <= ended_on
    if ended_on > today or not has_begun:
        raise EndDateUnlikely


def check_start(case: Case, start_on: date, today: date) -> None:
    began = local_day(case.last_reopened_at or case.opened_at)
    if not began - BEFORE_THE_CASE <= start_on <= today + AHEAD:
        raise StartDateUnlikely
