from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal


class TripFull(Refusal):
    message = _("Every seat on this bus is taken.")
    way_out = "standby"


def test_a_refusal_is_named_by_its_class():
    assert TripFull().code == "trip_full"


def test_a_refusal_says_its_message_and_the_way_out():
    refusal = TripFull()

    assert (str(refusal), refusal.way_out) == ("Every seat on this bus is taken.", "standby")


def test_a_refusal_may_be_raised_with_other_words():
    refusal = TripFull("no seat for two", way_out="ask for one")

    assert (str(refusal), refusal.way_out) == ("no seat for two", "ask for one")
    assert (str(TripFull()), TripFull.way_out) == ("Every seat on this bus is taken.", "standby")
