"""A letter gets its number. One book a county and year, without a gap and without a double.

The case is locked first: what the letter speaks of is not taken back meanwhile. The counter's row is locked last and
held to the end of the transaction: whoever comes second waits a moment and takes the next number, and a transaction
that fails gives its number back by never having taken it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.locking import locked
from cases.models import Case
from jobs import events, tasks
from jobs.letters import serials
from jobs.letters.facts import Offer, facts_of, sealed_id_number
from jobs.models import Letter, LetterCounter, Placement, Vacancy
from jobs.refusals import LetterValidAlready, NotInReach
from jobs.rules import fitness
from kit.days import local_day
from kit.replays import first_row
from notifications.services import queue_message
from staff.models import User
from workers import journal

VALID_DAYS = 15


@transaction.atomic
def issue_letter(
    *,
    case: Case,
    by: User | None,
    at: datetime,
    vacancy: Vacancy | None = None,
    placement: Placement | None = None,
    valid_days: int = VALID_DAYS,
    once: UUID | None = None,
) -> Letter:
    """For a post the worker is recommended for, or for the job just confirmed. Rendered after commit."""
    if earlier := first_row(Letter, once):
        return earlier
    with locked(case) as step:
        offer = _offer(step.case, vacancy, placement)
        fitness.check_employer(offer.employer)
        fitness.check_protected(step.case.worker, offer.vacancy, local_day(at))
        letter = _draft(step.case, offer, valid_days=valid_days, by=by, at=at, once=once)
        _enter(letter)
        _tell(letter, by=by, at=at)
    tasks.render_after_commit(letter)
    events.letter_issued.send(Letter, letter=letter, by=by, at=at)
    return letter


def next_number(*, county: int, year: int) -> int:
    """Waits for whoever is taking a number of the same book right now."""
    LetterCounter.objects.bulk_create([LetterCounter(county_id=county, year=year)], ignore_conflicts=True)
    counter = LetterCounter.objects.select_for_update().get(county_id=county, year=year)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    return counter.last_number


def _offer(case: Case, vacancy: Vacancy | None, placement: Placement | None) -> Offer:
    """Of the locked case, as it stands now: somebody may have taken the job or the introduction back meanwhile."""
    if placement is not None:
        found, offer = case.placements.current().filter(pk=placement.pk), Offer.of_placement
    else:
        found, offer = case.introductions.open().filter(vacancy=vacancy), Offer.of_introduction
    row = found.select_related("vacancy__employer").first()
    if row is None:
        raise NotInReach(_("There is no job yet to recommend this person for."))
    return offer(row)


def _draft(case: Case, offer: Offer, *, valid_days: int, by, at: datetime, once) -> Letter:
    """Everything but the number."""
    today = local_day(at)
    return Letter(
        county_id=serials.county_of(case.area_id),
        year=today.year,
        case=case,
        worker=case.worker,
        employer=offer.employer,
        vacancy=offer.vacancy,
        facts=facts_of(case=case, offer=offer, today=today),
        id_number_cipher=sealed_id_number(case.worker),
        issued_at=at,
        issued_by=by,
        valid_days=valid_days,
        valid_until=today + timedelta(days=valid_days),
        verify_code=serials.new_verify_code(),
        once=once,
    )


def _enter(letter: Letter) -> None:
    """Checked once the book is locked: whoever pressed at the same moment has entered theirs. The database holds it."""
    letter.number = next_number(county=letter.county_id, year=letter.year)
    if valid := Letter.objects.for_the_job_of(letter).first():
        raise LetterValidAlready(valid)
    letter.serial = serials.serial_text(county=letter.county_id, year=letter.year, number=letter.number)
    letter.save(force_insert=True)


def _tell(letter: Letter, *, by: User | None, at: datetime) -> None:
    said = {"serial": letter.serial, "employer": letter.facts["employer"], "valid_until": letter.valid_until}
    journal.record(worker=letter.worker, what="letter_issued", about=letter, by=by, at=at, data=said)
    key = f"letter_ready:{letter.pk}"
    queue_message(worker=letter.worker, template="letter_ready", context=said, dedupe_key=key, about=letter, at=at)
