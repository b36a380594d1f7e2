"""One row of everything that a web address can name, each about somebody who lives in Fengping, Zhijin county."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.core.files.base import ContentFile

from cases.models import Case, ClockRule, FollowUpEntry
from cases.services import keep_selection, next_follow_up, plan_handover, record_follow_up
from fairs.services import refer_many
from jobs.models import Letter, Placement
from jobs.services import issue_letter, print_letter
from notifications.models import Message
from staff.models import User
from tests.cases.factories import CaseFactory
from tests.fairs.factories import FairFactory, ReferralFactory, offers_of
from tests.jobs.factories import VacancyFactory, contacted_case, place
from tests.notifications.factories import MessageFactory
from tests.operations.factories import FailureFactory
from tests.staff.factories import UserFactory
from tests.transport.factories import BookingFactory, PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON, WorkerFactory
from tests.workers.rosters import SAMPLE_CSV
from transport.services import join_standby
from workers.imports import uploads
from workers.models import RosterUpload

NAMES = ("司马清妍", "诸葛明远", "上官若兰", "慕容知秋", "令狐书怡", "东方既白")
PHOTO = b"\xff\xd8\xff" + bytes(64)
ROSTER_LINES = 6


@dataclass(frozen=True)
class OneOfEverything:
    """`ids` are filed under the names they have in a web address; `sent_by` sent the roster."""

    ids: dict[str, object]
    sent_by: User


def make_one_of_everything() -> OneOfEverything:
    """Needs a folder for files: the letter is printed, the placement has the photo of a contract."""
    case = contacted_case(name=NAMES[0])
    township = UserFactory(township_cadre=True)
    placement, letter = _job(NAMES[1], by=township)
    ids = {
        "worker_id": case.worker_id,
        "case_id": case.pk,
        "attempt_id": case.attempts.get().pk,
        "placement_id": placement.pk,
        "introduction_id": 1,
        "vacancy_id": placement.vacancy_id,
        "employer_id": placement.employer_id,
        "letter_id": letter.pk,
        "message_id": _text(case).pk,
        "entry_id": _follow_up(NAMES[5]).pk,
        "round": 1,
        "upload_id": _roster(by=township).pk,
        **_colleague(),
        "part": 1,
        "filter_id": 1,
        "key": "letter_ready",
        "handover_id": plan_handover(case_ids=[case.pk], owner=None, query="", by=township, at=NOON).pk,
        "selection_id": keep_selection(case_ids=[case.pk], query="", by=township, at=NOON).pk,
        "code": letter.verify_code,
        "token": uuid4(),
        "uidb64": "MQ",
        "failure_id": FailureFactory().pk,
        "rule_id": ClockRule.objects.filter(clock="plan").first().pk,
    }
    return OneOfEverything(ids | _at_the_fair(NAMES[2], by=township) | _on_the_bus(NAMES[3], NAMES[4]), township)


def _job(name: str, *, by: User) -> tuple[Placement, Letter]:
    photo = ContentFile(PHOTO, name="contract.jpg")
    placement = place(contacted_case(name=name), VacancyFactory(), evidence="contract_photo", evidence_file=photo)
    letter = issue_letter(case=placement.case, placement=placement, by=None, at=NOON)
    return placement, print_letter(letter=letter, seen=0, by=by, at=NOON)


def _follow_up(name: str) -> FollowUpEntry:
    case = CaseFactory(worker=WorkerFactory(unemployed=True, name=name), nearby=True)
    at = NOON + timedelta(days=20)
    return record_follow_up(follow_up=next_follow_up(case), result="not_reached", by=None, at=at)


def _text(case: Case) -> Message:
    return MessageFactory(worker=case.worker, failed=True)


def _roster(*, by: User) -> RosterUpload:
    content = b"".join(SAMPLE_CSV.read_bytes().splitlines(keepends=True)[:ROSTER_LINES])
    return uploads.receive_roster(content=content, file_name="名册.csv", by=by, at=NOON)


def _colleague() -> dict[str, int]:
    """A cadre of the village, whose page only the county's supervisors and administrators find."""
    cadre = UserFactory(village_cadre=True)
    return {"user_id": cadre.pk, "posting_id": cadre.postings.get().pk}


def _at_the_fair(name: str, *, by: User) -> dict[str, int]:
    fair = FairFactory(running=True)
    referral = ReferralFactory(fair=fair, came=True, name=name)
    offer = offers_of(fair)[0]
    batch = refer_many(fair=fair, case_ids=[referral.case_id], by=by, at=NOON)
    at_the_fair = {"fair_id": fair.pk, "referral_id": referral.pk, "batch_id": batch.pk}
    return at_the_fair | {"booth_id": offer.booth_id, "offer_id": offer.pk}


def _on_the_bus(seated: str, waiting: str) -> dict[str, int]:
    trip = TripFactory(open=True)
    booking = BookingFactory(trip=trip, case=PlacedCaseFactory(name=seated))
    standby = join_standby(trip=trip, case=PlacedCaseFactory(name=waiting), by=None, at=NOON)
    return {"trip_id": trip.pk, "seat_id": booking.seat_id, "booking_id": booking.pk, "standby_id": standby.pk}
