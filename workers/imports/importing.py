"""One roster from file to register: read, judge, look up, save. All of it or nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from kit import papers
from kit.days import local_day
from kit.refusals import Refusal
from staff.models import User
from staff.roles import ABOVE_VILLAGE
from workers.imports import saving
from workers.imports.comparing import compare_records, compare_with_register
from workers.imports.issues import VERDICTS, Issue
from workers.imports.questions import Decisions, takes_hidden
from workers.imports.reading import Worksheet
from workers.imports.rows import judge_all
from workers.imports.tables import Roster, find_people
from workers.imports.verdicts import Context, Verdict
from workers.models import Worker
from workers.services import ALONE, Renewed

CHUNK = 200


@dataclass(frozen=True)
class ImportSummary:
    """A verdict for every person's row, and every other row by name."""

    verdicts: list[Verdict]
    roster: Roster

    @property
    def counts(self) -> dict[str, int]:
        """Gravest first; verdicts that did not occur are left out."""
        counted = Counter(verdict.verdict for verdict in self.verdicts)
        return {name: counted[name] for name in VERDICTS if counted[name]}

    @property
    def people(self) -> dict[str, int]:
        """Of saved rows, by the label of the row: whom it is about on the register."""
        return {v.row.label: v.worker_id for v in self.verdicts if v.is_saved and v.worker_id}

    @property
    def saved(self) -> int:
        return sum(verdict.is_saved for verdict in self.verdicts)


def check_roster(
    worksheets: list[Worksheet], *, by: User | None, at: datetime, decisions: Decisions | None = None
) -> ImportSummary:
    """What an import would say, without saving anything. Raises a kind of UnreadableRoster."""
    decisions = decisions or {}
    return check_people(
        find_people(worksheets, takes_hidden=takes_hidden(decisions)), by=by, at=at, decisions=decisions
    )


def check_people(roster: Roster, *, by: User | None, at: datetime, decisions: Decisions) -> ImportSummary:
    context = Context(local_day(at), ranges=None if by is None else by.ranges_as(*ABOVE_VILLAGE), decisions=decisions)
    return ImportSummary(compare_records(compared_with_register(judge_all(roster.rows, context), context)), roster)


def compared_with_register(verdicts: Iterable[Verdict], context: Context) -> list[Verdict]:
    """Of a whole file, or of one part of it whose rows were set against the others: all are looked up at once."""
    verdicts = [_seen_on_paper(verdict) for verdict in verdicts]
    persons = [verdict.person for verdict in verdicts if verdict.person.is_somebody]
    registered = saving.find_registered(persons)
    strangers = [person for person in persons if person.key not in registered and person.area]
    alike = saving.find_look_alikes(strangers, ranges=context.ranges)
    context = replace(context, registered=registered, look_alikes=alike)
    return [compare_with_register(verdict, context) for verdict in verdicts]


@transaction.atomic
def import_roster(
    roster: Roster,
    *,
    by: User | None,
    at: datetime,
    decisions: Decisions | None = None,
    dry_run: bool = False,
    before_commit: Callable[[ImportSummary], None] = lambda summary: None,
) -> ImportSummary:
    """Save every row that holds, in one transaction. `before_commit` sees the summary while it can still fail.

    A dry run does the same and takes it all back, so that its verdicts are those of the real run.
    """
    checked = check_people(roster, by=by, at=at, decisions=decisions or {})
    areas = saving.find_areas(verdict.person for verdict in checked.verdicts)
    verdicts = [
        verdict for chunk in _chunks(checked.verdicts) for verdict in _save_chunk(chunk, areas=areas, by=by, at=at)
    ]
    summary = ImportSummary(verdicts, checked.roster)
    before_commit(summary)
    if dry_run:
        transaction.set_rollback(True)
    return summary


def _seen_on_paper(verdict: Verdict) -> Verdict:
    """A name that no paper here can show is named before one is printed."""
    missing = ", ".join(f"{each} (U+{ord(each):X})" for each in papers.unprintable(verdict.person.name))
    return verdict.with_issue("unprintable_character", "name", characters=missing) if missing else verdict


def _chunks(verdicts: list[Verdict]) -> Iterator[list[Verdict]]:
    for start in range(0, len(verdicts), CHUNK):
        yield verdicts[start : start + CHUNK]


def _save_chunk(verdicts: list[Verdict], *, areas: dict, by: User | None, at: datetime) -> list[Verdict]:
    """Newcomers all at once and people known already too, but for those of whose case something follows."""
    newcomers = [verdict for verdict in verdicts if verdict.is_saved and not verdict.existing]
    answers = saving.enrol(newcomers, areas=areas, by=by, at=at) if newcomers else []
    if answers is None:
        return [_save(verdict, areas=areas, by=by, at=at) for verdict in verdicts]
    done = {id(verdict): _answered(verdict, answer) for verdict, answer in zip(newcomers, answers, strict=True)}
    familiar = [verdict for verdict in verdicts if verdict.is_saved and verdict.existing]
    renewed = zip(familiar, saving.renew(familiar, areas=areas, by=by, at=at), strict=True)
    done |= {id(verdict): _renewed(verdict, answer) for verdict, answer in renewed if answer is not ALONE}
    return [done.get(id(verdict)) or _save(verdict, areas=areas, by=by, at=at) for verdict in verdicts]


def _answered(verdict: Verdict, answer: Worker | Refusal) -> Verdict:
    return _refused(verdict, answer) if isinstance(answer, Refusal) else replace(verdict, saved_as=answer.pk)


def _renewed(verdict: Verdict, answer: Renewed | Refusal) -> Verdict:
    if isinstance(answer, Refusal):
        return _refused(verdict, answer)
    return replace(verdict, saved_as=answer.worker_id) if answer.is_news else verdict


def _save(verdict: Verdict, *, areas: dict, by: User | None, at: datetime) -> Verdict:
    """A row the register refuses is a verdict like any other; the rows beside it are not touched."""
    if not verdict.is_saved:
        return verdict
    try:
        with transaction.atomic():
            worker = saving.save(verdict, areas=areas, by=by, at=at)
    except Refusal as refusal:
        return _refused(verdict, refusal)
    return replace(verdict, saved_as=worker.pk)


def _refused(verdict: Verdict, refusal: Refusal) -> Verdict:
    refused = Issue("not_registered", verdict.row.heading("name"), (("why", str(refusal)),))
    return replace(verdict, issues=(*verdict.issues, refused))
