from datetime import timedelta

import pytest

from fairs import texts
from tests.fairs.factories import NOON, ReferralFactory
from tests.notifications.about import about_of_texts, forget_and_fill
from tests.notifications.factories import all_sent

pytestmark = pytest.mark.django_db

TEMPLATES = {"fair_invited", "fair_reminder", "fair_changed", "fair_call", "fair_cancelled", "fair_cancelled_now"}


def test_texts_from_before_are_told_which_referral_they_are_about():
    near, far = ReferralFactory(), ReferralFactory()
    near.fair.changed_at = near.fair.called_at = NOON
    all_sent()
    texts.remind_all([near], NOON)
    for tell in (texts.tell_invited, texts.tell_changed, texts.call_in, texts.tell_cancelled):
        tell(near, NOON)
    texts.tell_cancelled(far, NOON - timedelta(days=2))
    said = about_of_texts()

    forget_and_fill("fairs.migrations.0008_which_referral_a_text_is_about")

    assert about_of_texts() == said
    assert set(said) == TEMPLATES
    assert said["fair_call"] == ("fairs.fairreferral", near.pk)
    assert said["fair_cancelled"] == ("fairs.fairreferral", far.pk)
