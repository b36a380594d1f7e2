"""A referral to a fair can be taken back the same day, as long as nobody has come."""

from datetime import timedelta

import pytest

from cases.models import Case, WorkItem
from cases.refusals import UndoOvertaken, UndoTooLate
from fairs import services
from fairs.models import FairReferral
from tests.fairs.factories import FairFactory, ReferralFactory
from tests.jobs.factories import contacted_case
from tests.workers.factories import NOON

pytestmark = [pytest.mark.clock, pytest.mark.django_db]
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def case():
    return contacted_case()


@pytest.fixture
def referral(case, cadre):
    return services.refer_to_fair(fair=FairFactory(open=True), case=case, by=cadre, at=NOON + timedelta(hours=1))


def test_a_referral_taken_back_leaves_the_case_as_it_was_and_may_be_made_again(case, referral, cadre):
    services.undo_referral(referral=referral, by=cadre, at=LATER)

    item = WorkItem.objects.open().get(case=case)
    undone = FairReferral.objects.get()
    assert (Case.objects.get(pk=case.pk).state, item.step, item.reason) == ("contacted", "refer", "willing")
    assert (undone.withdrawn_at, undone.is_expected) == (LATER, False)

    services.refer_to_fair(fair=referral.fair, case=case, by=cadre, at=LATER)
    assert Case.objects.get(pk=case.pk).state == "referred"


def test_midnight_is_too_late(referral, cadre):
    with pytest.raises(UndoTooLate):
        services.undo_referral(referral=referral, by=cadre, at=NOON + timedelta(hours=12))


def test_who_has_come_was_referred(cadre):
    came = ReferralFactory(fair=FairFactory(running=True), came=True, by=cadre)

    with pytest.raises(UndoOvertaken):
        services.undo_referral(referral=came, by=cadre, at=LATER)
