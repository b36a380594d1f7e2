import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from cases import reasons
from cases.contact.outcomes import route_of
from workers.journal import words as journal_words

pytestmark = pytest.mark.clock


@pytest.fixture
def words(monkeypatch):
    monkeypatch.setattr(reasons, "_words", dict(reasons._words))
    return reasons._words


def test_reason_is_said_in_the_language_of_the_reader():
    spoken = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            spoken[language] = reasons.text_of("visit_needed", {"calls": 3})

    assert spoken == {"en": "Called 3 times without an answer, please visit", "zh-hans": "3 次未接通，请上门"}


def test_flag_is_told_in_the_words_of_the_register():
    with translation.override("en"):
        said = reasons.text_of("flag", {"rule": "lifted_out_out_of_work", "facts": {}})

    assert said == "Lifted out of poverty and now without work."


def test_dates_and_moments_are_spoken_in_local_form(words):
    reasons.register({"seat": _("Leaves {leaves_at}, starts {start_on}")})
    year = timezone.localdate().year

    with translation.override("en"):
        said = reasons.text_of("seat", {"leaves_at": f"{year}-03-05T12:00:00Z", "start_on": f"{year}-03-06"})

    assert said == "Leaves 5 Mar 20:00, starts 6 Mar"


@pytest.mark.parametrize("data", [{}, {"day": None}, {"other": 1}])
def test_missing_fact_is_a_gap_and_never_an_error(words, data):
    reasons.register({"odd": _("Day {day_no}")})

    assert reasons.text_of("odd", data) == "Day …"


def test_unknown_word_is_somebodys_own(words):
    assert reasons.text_of("厂里来电话，下周复工 {x}", {}) == "厂里来电话，下周复工 …"


def test_later_stages_bring_their_own_words(words):
    reasons.register({"missed_bus": lambda data: f"missed {data['trip']}"})

    assert reasons.text_of("missed_bus", {"trip": "B12"}) == "missed B12"


@pytest.mark.parametrize("status", [None, "returned_going_back", "unemployed_willing"])
def test_every_route_to_a_next_step_has_its_words(status):
    route = route_of(state="flagged", outcome="spoke_to_worker", status=status)

    assert route.reason in reasons._words


def test_every_line_of_this_app_has_an_icon_and_whole_words():
    names = [what for what in journal_words.registered() if what.startswith(("case_", "contact_", "follow_up_"))]

    assert len(names) >= 18
    for what in names:
        said = journal_words.sentence(what, {"channel": "call", "outcome": "no_answer", "level": 1, "reason": "moved"})
        assert (said[-1] in ".。", "{" in said, journal_words.icon(what) == journal_words.UNKNOWN_ICON) == (
            True,
            False,
            False,
        )
