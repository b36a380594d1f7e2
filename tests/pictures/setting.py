"""What the demo county lacks for pictures: a bus that fills up, one on the road, letters printed and revoked, a reply.

Runs inside the running system, in one process of its own, and answers the keys that the album speaks of.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from areas.models import Area
from cases.models import Case, ClockRule, WorkItem
from cases.services import settings
from fairs import services as fairs
from fairs.models import Booth, BoothVacancy, Fair, FairReferral
from fairs.services import InterviewResult
from insights.demo import staff
from insights.demo.staff import HOME_TOWN, HOME_VILLAGES, Login, named, post
from jobs import services as jobs
from jobs.models import Employer, Introduction, Letter, Placement, Vacancy
from kit.days import local_day
from notifications import rewording
from notifications.models import Message
from notifications.receiving import replies
from staff.models import AccessLog, User
from staff.roles import Role
from staff.services import log_access
from tests.cases.factories import CaseFactory
from tests.notifications.factories import MessageFactory
from tests.staff.factories import DAFANG, DAFANG_VILLAGE
from tests.workers.rosters import SAMPLE_XLSX, saved_roster, some_people
from transport import services as transport
from transport.models import Booking, Trip
from transport.services import NewStop, NewTrip
from workers.imports import uploads
from workers.models import Worker
from workers.services import verify_worker

ALREADY_ANSWERED = ("intent", "second_interview", "no_match", "", "", "no_match", "intent")


def lay_out() -> dict[str, object]:
    """{"flagged": 12, ...}: the key of one row for each name."""
    at = timezone.now()
    new_here()
    crowd = spoken_to(at)
    meet_at_the_fair(islice(crowd, 16), at)
    fill_buses(crowd, at)
    handle_letters(at)
    texts(at)
    changes_of_settings(at)
    looks(at)
    return people(at) | things(at)


def changes_of_settings(at: datetime) -> None:
    admin, spring = user("admin"), local_day(at) + timedelta(days=90)
    settings.set_days(first=spring, last=spring + timedelta(days=7), name="春节", is_working_day=False, by=admin, at=at)
    settings.take_back_day(day=spring + timedelta(days=7), by=admin, at=at)
    rule = ClockRule.objects.filter(clock="contact_while_open", valid_to=None).first()
    terms = {name: getattr(rule, name) for name in ("unit", "escalate_township_days", "escalate_county_days")}
    settings.change_clock(rule=rule, valid_from=spring, by=admin, at=at, is_meant=True, amount=rule.amount + 1, **terms)
    said = rewording.in_force("letter_ready")
    rewording.reword(
        key="letter_ready",
        zh=said[rewording.CHINESE] + "领取时请带身份证。",
        en=said[rewording.ENGLISH] + " Bring your ID card.",
        seen=None,
        by=admin,
        at=at,
    )


def looks(at: datetime) -> None:
    """Of the colleague whose day the auditor looks at."""
    for n, worker in enumerate(Worker.objects.visible_to(user("township"))[:6]):
        for minutes in range(1 + n % 3):
            log_access(
                user("township"), worker.pk, AccessLog.What.OPENED_RECORD, at - timedelta(minutes=9 * n + minutes)
            )
    log_access(user("township"), worker.pk, AccessLog.What.REVEALED_PHONE, at, reason="打电话联系本人")


def user(name: str) -> User:
    return User.objects.get(username=name)


def new_here() -> None:
    """Two who have just started where nothing has happened yet: what an empty page looks like."""
    secret = make_password(staff.PASSWORD)
    named(Login("new-cadre", "李新", Role.VILLAGE_CADRE, DAFANG_VILLAGE), secret)
    chief = named(Login("new-chief", "赵新", Role.SUPERVISOR, DAFANG), secret)
    for role in (Role.FAIR_ORGANISER, Role.TRANSPORT_ORGANISER):
        post(chief, role, DAFANG)


def spoken_to(at: datetime) -> Iterator[Case]:
    """As many as are wanted, outside the home town, whose lists stay as the demo has them."""
    elsewhere = Area.objects.within(Area.objects.get(pk=staff.COUNTY)).exclude(pk__in=home_town())
    while True:
        yield home_case(elsewhere, user("supervisor"), at, contacted=True)


def home_town():
    return Area.objects.within(Area.objects.get(pk=HOME_TOWN))


def meet_at_the_fair(crowd, at: datetime) -> None:
    fair, host = Fair.objects.filter(state="running").get(), user("fair")
    offers = list(BoothVacancy.objects.filter(booth__fair=fair).select_related("vacancy", "booth"))
    for n, case in enumerate(crowd):
        wishes = [offers[n % len(offers)]]
        referral = fairs.refer_to_fair(fair=fair, case=case, wishes=wishes, by=host, at=at)
        if n % 3 == 2:
            continue
        came_at = at - timedelta(minutes=7 * n + 3)
        fairs.check_in(fair=fair, digits=referral.code, by=host, at=came_at)
        answer = ALREADY_ANSWERED[n % len(ALREADY_ANSWERED)]
        if answer:
            said = {"reason": "wage"} if answer == "no_match" else {"vacancy": wishes[0].vacancy}
            fairs.record_result(referral=referral, interview=InterviewResult(result=answer, **said), by=host, at=at)


def fill_buses(crowd, at: datetime) -> None:
    todays, coming = Trip.objects.get(state="boarding"), next_bus()
    on_the_road(todays, islice(crowd, 6), at)
    gathered = todays.stops.pickups().first()
    before_it_came = at - timedelta(hours=4)
    for n, booking in enumerate(seats(todays, islice(crowd, 16), before_it_came, pickup=gathered)):
        if n % 4 == 3:
            transport.confirm_seat(booking=booking, by=None, at=at)
        elif n == 4:
            transport.mark_no_show(booking=booking, by=user("transport"), at=at)
        elif n % 4 != 2:
            transport.board(trip=todays, code=booking.code, by=user("transport"), at=at)
    for n, booking in enumerate(seats(coming, [*home_people(3, at), *islice(crowd, 8)], at)):
        if n % 2:
            transport.confirm_seat(booking=booking, by=None, at=at)
    for case in islice(crowd, 3):
        transport.join_standby(trip=coming, case=placed(case, at), by=case.owner, at=at)


def next_bus() -> Trip:
    """Goes where today's goes, and to the job of `placed`."""
    return Trip.objects.filter(state="open", kind="bus").order_by("departs_at").first()


def home_people(many: int, at: datetime) -> list[Case]:
    """Of the home town but not of the village login, whose day stays as it is."""
    elsewhere = home_town().exclude(pk__in=HOME_VILLAGES)
    return [home_case(elsewhere, user("township"), at, contacted=True) for _ in range(many)]


def home_case(areas, owner: User, at: datetime, **trait) -> Case:
    """Of somebody new to the list, opened this morning: the demo may have nobody there in this state."""
    of_age = Worker.objects.filter(cases=None, birth_date__range=("1975-01-01", "2000-01-01"))
    someone = of_age.filter(area__in=areas).order_by("pk").first()
    return CaseFactory(worker=someone, owner=owner, at=at - timedelta(hours=5), **trait)


def placed(case: Case, at: datetime) -> Case:
    job = Vacancy.objects.filter(title="五金装配工").select_related("employer", "area").get()
    jobs.confirm_placement(
        case=case, employer=job.employer, vacancy=job, area=job.area, start_on=local_day(at) + timedelta(days=7),
        wage=5200, evidence="worker_word", needs_transport=True, found_through="introduction", by=case.owner, at=at,
    )  # fmt: skip
    case.refresh_from_db()
    return case


def seats(trip: Trip, crowd, at: datetime, **wish) -> list[Booking]:
    by = user("transport")
    return [transport.book_seat(trip=trip, case=placed(case, at), by=by, at=at, **wish) for case in crowd]


def on_the_road(like: Trip, crowd, at: datetime) -> None:
    """Left this morning, arrives tonight: nobody has been heard of yet."""
    earlier = timedelta(hours=26)
    stops = [
        NewStop(stop.kind, stop.name, stop.area, stop.at - earlier, stop.gather_at and stop.gather_at - earlier)
        for stop in like.stops.select_related("area").order_by("at")
    ]
    plan = NewTrip(
        area=like.area, departs_at=like.departs_at - earlier, arrives_at=stops[-1].at, stops=stops,
        plate="贵F·99911", drivers=like.drivers, leader=like.leader,
    )  # fmt: skip
    by, then = user("transport"), plan.departs_at - timedelta(minutes=20)
    planned_at = plan.departs_at - timedelta(days=9)
    trip = transport.open_trip(trip=transport.plan_trip(plan=plan, by=by, at=planned_at), by=by, at=planned_at)
    booked = [transport.book_seat(trip=trip, case=placed(case, at), by=by, at=planned_at) for case in crowd]
    trip = transport.start_boarding(trip=trip, by=by, at=then)
    for booking in booked:
        transport.board(trip=trip, code=booking.code, by=by, at=then)
    transport.depart(trip=trip, by=by, at=plan.departs_at)


def handle_letters(at: datetime) -> None:
    """One printed, one printed a second time, one revoked."""
    by, letters = user("supervisor"), list(Letter.objects.order_by("pk")[:3])
    for seen, letter in ((0, letters[0]), (0, letters[1]), (1, letters[1]), (0, letters[2])):
        jobs.print_letter(letter=letter, seen=seen, by=by, at=at)
    jobs.revoke_letter(letter=letters[2], because="岗位取消，企业来电告知", by=by, at=at)


def texts(at: datetime) -> None:
    sent = Message.objects.order_by("pk").first()
    worker, copy = sent.worker, {"template": sent.template, "body": sent.body, "worker": sent.worker, "at": at}
    MessageFactory(failed=True, **copy)
    MessageFactory(unknown=True, **copy)
    replies.receive_reply(gateway="sandbox", ref="picture", phone=worker.phone, body="老板什么时候来接", at=at)


def people(at: datetime) -> dict[str, object]:
    seated = Case.objects.visible_to(user("township")).filter(bookings__state="held", state="placed").first()
    mine = (HOME_VILLAGES, user("village"), at)
    tried, spoken_to_here = home_case(*mine), home_case(*mine, contacted=True)
    waiting = FairReferral.objects.filter(fair__state="running", result="", checked_in_at__isnull=False).first()
    return {
        "flagged": tried.pk,
        "contacted": spoken_to_here.pk,
        "introduced": Introduction.objects.open().first().case_id,
        "placed": placed(home_people(1, at)[0], at).pk,
        "seated": seated.pk,
        "away": WorkItem.objects.filter(step="follow_up", state="open").first().case_id,
        "closed": Case.objects.filter(state="closed").first().pk,
        "has_text": Message.objects.order_by("pk").first().worker_id,
        "no_case": Worker.objects.visible_to(user("village")).filter(cases=None).first().pk,
        "with_case": tried.worker_id,
        "referral": waiting.pk,
        "invited_case": FairReferral.objects.filter(fair__state="open").first().case_id,
        "fair_case": waiting.case_id,
        "missing": 2**31 - 7,
        "colleague": user("township").pk,
        "clock": ClockRule.objects.filter(clock="first_contact").first().pk,
    }


def things(at: datetime) -> dict[str, object]:
    letters = list(Letter.objects.order_by("pk")[:3])
    trips = {trip.state: trip for trip in Trip.objects.filter(kind="bus").exclude(state="open")} | {"open": next_bus()}
    fairs_by_state = {fair.state: fair.pk for fair in Fair.objects.order_by("-pk")}
    todays = Booking.objects.filter(trip=trips["boarding"])
    roster = uploads.receive_roster(
        content=SAMPLE_XLSX.read_bytes(), file_name="织金县十一月名册.xlsx", by=user("supervisor"), at=at
    )
    saved = saved_roster(user("supervisor"), some_people(12, lifted_out="是"))
    for worker in Worker.objects.filter(pk__in=saved.verdicts.values("worker_id")).order_by("pk")[:3]:
        verify_worker(worker=worker, by=user("supervisor"), at=timezone.now(), how="call")
    open_fair, everybody = Fair.objects.get(pk=fairs_by_state["open"]), Case.objects.order_by("pk")
    ids = list(everybody.values_list("pk", flat=True)[:60])
    batch = fairs.refer_many(fair=open_fair, case_ids=ids, words="织金县", by=user("supervisor"), at=at)
    booth = Booth.objects.filter(fair=fairs_by_state["running"]).first()
    return {
        "booth": booth.pk, "batch": batch.pk, "booth_token": fairs.link_token(booth),
        "letter": letters[0].pk, "letter_reprinted": letters[1].pk, "letter_revoked": letters[2].pk,
        "code": letters[0].verify_code, "code_revoked": letters[2].verify_code,
        "placement": Placement.objects.filter(ended_on=None).last().pk,
        "vacancy": Vacancy.objects.order_by("pk").first().pk,
        "employer": Employer.objects.order_by("pk").first().pk,
        **{f"fair_{state}": pk for state, pk in fairs_by_state.items()},
        **{f"trip_{state}": trip.pk for state, trip in trips.items()},
        "train": Trip.objects.get(kind="train").pk,
        "seat_taken": todays.filter(state="confirmed").first().seat_id,
        "seat_free": trips["open"].seats.filter(bookings=None).first().pk,
        "booking": todays.filter(state="boarded").first().pk,
        "awaited": todays.filter(state="confirmed").first().pk,
        "roster": roster.pk, "roster_saved": saved.pk,
        "first_part": 1, "seat_booked": "seat_booked",
    }  # fmt: skip
