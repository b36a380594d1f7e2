"""Fairs and the people sent to them, made by the services themselves, so that every row is one the product can make.

FairFactory(open=True)                    tomorrow, 09:00-15:00, one booth with one post
FairFactory(running=True, posts=3)        today, doors open since 09:00, three booths with a post each
ReferralFactory(fair=fair)                somebody contacted, invited for the first post
ReferralFactory(fair=fair, came=True)     ... and checked in; also walk_in, intent, no_match, hired, withdrawn
"""

from datetime import date, datetime, timedelta

from django.utils import timezone
from factory.django import DjangoModelFactory

from fairs import services
from fairs.models import BoothVacancy, Fair, FairReferral
from fairs.services import InterviewResult
from tests.jobs.factories import VacancyFactory, contacted_case
from tests.staff.factories import ZHIJIN, UserFactory, area_of
from tests.workers.factories import NOON, TODAY
from workers.models import Worker

TOMORROW = TODAY + timedelta(days=1)
PLANNED_AT = NOON - timedelta(days=30)
START = date(2026, 3, 9)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))


class FairFactory(DjangoModelFactory):
    """Traits: open, running, finished, cancelled. `posts` is how many booths with one post each."""

    class Meta:
        model = Fair

    day = None
    area = ZHIJIN
    posts = 1
    open = running = finished = cancelled = False
    host = None

    @classmethod
    def _create(cls, model_class, *, day, area, posts, host, open, running, finished, cancelled, **fields):
        host = host or UserFactory(fair_organiser=True, posted=area)
        day = day or (TODAY if running or finished else TOMORROW)
        fields = {
            "title": "织金县春风行动专场招聘会", "area": area_of(area), "venue": "县体育中心", "landmark": "东门",
            "starts_at": local(day, 9), "ends_at": local(day, 15), "expected": 600,
        } | fields  # fmt: skip
        applied_on = fields.get("licence_applied_on")
        planned_at = max(PLANNED_AT, local(applied_on, 10)) if applied_on else PLANNED_AT
        fair = services.plan_fair(fields=fields, by=host, at=planned_at)
        for number in range(1, posts + 1):
            add_post(fair, number=number)
        if open or running or finished or cancelled:
            fair = services.open_fair(fair=fair, by=host, at=planned_at)
        if running or finished:
            fair = services.start_fair(fair=fair, by=host, at=fair.starts_at)
        if finished:
            fair = services.finish_fair(fair=fair, by=host, at=fair.ends_at)
        if cancelled:
            fair = services.cancel_fair(fair=fair, why="大雪封路", by=host, at=NOON)
        return fair


def add_post(fair: Fair, *, number: int, wanted: int | None = None, vacancy=None) -> BoothVacancy:
    """Five wanted, or as many as are open."""
    vacancy = vacancy or VacancyFactory(headcount=30)
    booth = services.add_booth(fair=fair, employer=vacancy.employer, number=number, by=fair.organiser, at=PLANNED_AT)
    wanted = wanted or min(5, vacancy.headcount)
    return services.offer_vacancy(booth=booth, vacancy=vacancy, wanted=wanted, by=fair.organiser, at=PLANNED_AT)


def offers_of(fair: Fair) -> list[BoothVacancy]:
    offers = BoothVacancy.objects.filter(booth__fair=fair).select_related("booth", "vacancy__employer")
    return list(offers.order_by("booth__number", "pk"))


class ReferralFactory(DjangoModelFactory):
    """Traits: came, walk_in, intent, second_interview, no_match, hired, withdrawn. `case` or fields of the worker."""

    class Meta:
        model = FairReferral

    fair = None
    case = None
    wishes = None
    by = None
    at = NOON
    came = walk_in = intent = second_interview = no_match = hired = withdrawn = False

    @classmethod
    def _create(cls, model_class, *, fair, case, wishes, by, at, came, walk_in, withdrawn, **more):
        answer = "".join(name for name in ("intent", "second_interview", "no_match", "hired") if more.pop(name))
        fair = fair or FairFactory(**{"running" if came or walk_in or answer else "open": True})
        case = case or contacted_case(at=at - timedelta(days=3), **more)
        if walk_in:
            services.register_walk_in(fair=fair, case=case, by=fair.organiser, at=at)
        else:
            wishes = offers_of(fair)[:1] if wishes is None else wishes
            services.refer_to_fair(fair=fair, case=case, wishes=wishes, by=by, at=at)
        referral = case.fair_referrals.get(fair=fair, withdrawn_at=None)
        if came or (answer and not walk_in):
            services.check_in(fair=fair, digits=referral.code, by=fair.organiser, at=at)
        if answer:
            services.record_result(referral=referral, interview=interview(answer, fair), by=fair.organiser, at=at)
        if withdrawn:
            services.take_no(referral_id=referral.pk, at=at)
        return fresh(referral)


def interview(result: str, fair: Fair, **changes) -> InterviewResult:
    """What somebody says at the first booth."""
    said = {
        "intent": {"vacancy": offers_of(fair)[0].vacancy},
        "second_interview": {"vacancy": offers_of(fair)[0].vacancy},
        "hired": {"vacancy": offers_of(fair)[0].vacancy, "start_on": START, "wage": 5200},
        "no_match": {"reason": "wage"},
    }[result]
    return InterviewResult(result=result, **said | changes)


def fresh(referral: FairReferral) -> FairReferral:
    return FairReferral.objects.for_change().get(pk=referral.pk)


def reply(worker: Worker, digit: str, *, at: datetime, answers) -> None:
    """The worker's phone answers the text `answers`."""
    from notifications import events

    events.reply_received.send(object, worker=worker, message=answers, digit=digit, body=digit, at=at)


__all__ = [
    "NOON",
    "START",
    "TODAY",
    "TOMORROW",
    "FairFactory",
    "ReferralFactory",
    "add_post",
    "contacted_case",
    "fresh",
    "interview",
    "local",
    "offers_of",
    "reply",
]
