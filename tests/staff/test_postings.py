"""Who sees what: postings, ranges, the constraint against overlap."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from staff import services
from staff.models import Posting, User
from staff.refusals import PostingEndsBeforeItStarts, PostingOverlaps
from staff.roles import Role
from tests.staff.factories import (
    DAFANG,
    DAFANG_VILLAGE,
    FENGPING,
    HUAQI,
    MAOCHANG,
    YANJIAO,
    ZHIJIN,
    PostingFactory,
    UserFactory,
    area_of,
)
from tests.workers.factories import WorkerFactory
from workers.models import Worker

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

JANUARY = date(2026, 1, 1)
JUNE = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        (ZHIJIN, (520524000000, 520525000000)),
        (MAOCHANG, (520524103000, 520524104000)),
        (FENGPING, (520524103200, 520524103201)),
    ],
)
def test_range_of_a_posting_is_that_of_its_area(posted, expected):
    user = UserFactory(supervisor=True, posted=posted)

    assert user.ranges_as(*Role) == (expected,)


def test_somebody_without_a_posting_sees_nobody():
    WorkerFactory()

    assert list(Worker.objects.visible_to(UserFactory())) == []
    assert list(Worker.objects.visible_to(AnonymousUser())) == []


def test_a_cadre_sees_their_own_village_only():
    here = WorkerFactory(area=FENGPING)
    WorkerFactory(area=YANJIAO)
    WorkerFactory(area=DAFANG_VILLAGE)

    assert list(Worker.objects.visible_to(UserFactory(village_cadre=True))) == [here]


def test_two_postings_add_up():
    user = UserFactory(village_cadre=True)
    PostingFactory(user=user, role=Role.TOWNSHIP_CADRE, area=area_of(HUAQI))

    assert user.ranges_as(*Role) == ((520524103200, 520524103201), (520524104000, 520524105000))
    assert user.roles_in(FENGPING) == {"village_cadre"}
    assert user.home_area == area_of(HUAQI)


def test_postings_of_the_past_and_the_future_count_for_nothing():
    user = UserFactory()
    PostingFactory(user=user, area=area_of(MAOCHANG), starts_on=date(2019, 1, 1), ends_on=date(2020, 1, 1))
    PostingFactory(user=user, area=area_of(DAFANG), starts_on=date(2999, 1, 1))

    assert user.ranges_as(*Role) == ()
    assert user.home_area is None


def test_the_last_day_of_a_posting_still_counts():
    posting = PostingFactory(starts_on=JANUARY, ends_on=JUNE)

    assert list(Posting.objects.current(JUNE)) == [posting]
    assert list(Posting.objects.current(date(2026, 7, 1))) == []


def test_someone_deactivated_sees_nobody_and_has_no_role():
    user = UserFactory(supervisor=True)
    assert user.has_role_anywhere(Role.SUPERVISOR)

    services.deactivate_user(user=user)

    assert (user.ranges_as(*Role), user.roles_in(FENGPING)) == ((), frozenset())


def test_the_same_role_in_the_same_area_is_not_held_twice_at_once():
    user = UserFactory()
    services.open_posting(user=user, role=Role.SUPERVISOR, area=area_of(ZHIJIN), starts_on=JANUARY, ends_on=JUNE)

    with pytest.raises(PostingOverlaps):
        services.open_posting(user=user, role=Role.SUPERVISOR, area=area_of(ZHIJIN), starts_on=JUNE)

    assert user.postings.count() == 1


@pytest.mark.parametrize(
    "different",
    [{"role": Role.AUDITOR}, {"area": DAFANG}, {"starts_on": date(2026, 7, 1)}],
    ids=["another role", "another area", "the day after"],
)
def test_a_posting_that_differs_in_one_thing_does_not_overlap(different):
    user = UserFactory()
    services.open_posting(user=user, role=Role.SUPERVISOR, area=area_of(ZHIJIN), starts_on=JANUARY, ends_on=JUNE)
    second = {"role": Role.SUPERVISOR, "area": ZHIJIN, "starts_on": JUNE} | different

    services.open_posting(user=user, **second | {"area": area_of(second["area"])})

    assert user.postings.count() == 2


def test_opening_the_same_posting_again_answers_the_first():
    user = UserFactory()
    first = services.open_posting(user=user, role=Role.SUPERVISOR, area=area_of(ZHIJIN), starts_on=JANUARY)

    again = services.open_posting(user=user, role=Role.SUPERVISOR, area=area_of(ZHIJIN), starts_on=JANUARY)

    assert again == first


def test_ending_a_posting_takes_the_area_away():
    user = UserFactory(supervisor=True)
    assert user.has_role_in(FENGPING, Role.SUPERVISOR)

    services.end_posting(posting=user.postings.get(), ends_on=JANUARY)

    assert not User.objects.get(pk=user.pk).has_role_in(FENGPING, Role.SUPERVISOR)


def test_a_posting_cannot_end_before_it_starts():
    posting = PostingFactory(starts_on=JUNE)

    with pytest.raises(PostingEndsBeforeItStarts):
        services.end_posting(posting=posting, ends_on=JANUARY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.filter(pk=posting.pk).update(ends_on=JANUARY)


def test_serving_finds_whoever_answers_for_an_area():
    village = UserFactory(village_cadre=True)
    township = UserFactory(township_cadre=True)
    county = UserFactory(supervisor=True)
    UserFactory(township_cadre=True, posted=HUAQI)
    UserFactory(township_cadre=True, is_active=False)

    def serving(code, **more):
        return set(User.objects.serving(code, today=JANUARY, **more))

    assert serving(FENGPING) == {village, township, county}
    assert serving(YANJIAO) == {township, county}
    assert serving(FENGPING, roles=[Role.TOWNSHIP_CADRE]) == {township}
