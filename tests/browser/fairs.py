"""Fairs and the people sent to them. Runs inside the running system."""

from datetime import timedelta

from fairs import services
from tests.fairs.factories import FairFactory, ReferralFactory, offers_of
from tests.jobs.factories import contacted_case
from tests.journeys.actors import PASSWORD
from tests.staff.factories import FENGPING, UserFactory
from tests.workers.factories import NOON, TODAY


def hall() -> dict:
    """Doors open since nine; three are invited, one looks for work and is not."""
    host = UserFactory(username="doors", password=PASSWORD, fair_organiser=True)
    UserFactory(username="doors2", password=PASSWORD, fair_organiser=True)
    fair = FairFactory(running=True, posts=2, host=host)
    invited = [ReferralFactory(fair=fair, name=name) for name in ("安宁", "白露", "车前")]
    contacted_case(at=NOON - timedelta(days=3), name="杜仲")
    offer = offers_of(fair)[0]
    return {
        "fair": fair.pk, "codes": [referral.code for referral in invited], "people": [r.pk for r in invited],
        "booth": offer.booth_id, "vacancy": offer.vacancy_id, "other_booth": offers_of(fair)[1].booth_id,
    }  # fmt: skip


def booths() -> dict:
    """In ten days, not open yet; one booth, whose post has thirty places."""
    host = UserFactory(username="doors3", password=PASSWORD, fair_organiser=True)
    fair = FairFactory(host=host, day=TODAY + timedelta(days=10))
    booth = offers_of(fair)[0].booth
    return {
        "fair": fair.pk, "booth": booth.pk, "token": services.link_token(booth), "offer": offers_of(fair)[0].pk,
        "vacancy": offers_of(fair)[0].vacancy_id,
    }  # fmt: skip


def crowd() -> dict:
    """Four of one village, one of them referred to the fair already."""
    UserFactory(username="chief", password=PASSWORD, supervisor=True)
    fair = FairFactory(open=True, title="织金县返岗招聘会")
    names = ("甘草", "桂枝", "黄芪", "麻黄")
    cases = [contacted_case(at=NOON - timedelta(days=3), name=name, area=FENGPING) for name in names]
    ReferralFactory(fair=fair, case=cases[3])
    return {"fair": fair.pk}


def large() -> dict:
    """For 1,200 people: one in 15 days, for which the police can no longer be asked, and one in 36."""
    host = UserFactory(username="doors4", password=PASSWORD, fair_organiser=True)
    soon, later = (FairFactory(host=host, expected=1200, day=TODAY + timedelta(days=days)) for days in (15, 36))
    return {"too_late": soon.pk, "in_time": later.pk}
