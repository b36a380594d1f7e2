"""When a status raises a flag, and what is said. Pure functions: no database."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from workers.choices import EMPLOYED, OUT_OF_WORK, Rule, Source, Status, Tag
from workers.rules.flag_rules import Raised, reason, rules_met

statuses, sources = st.sampled_from(Status.values), st.sampled_from(Source.values)
tags = st.sets(st.sampled_from(Tag.values))


def met(previous=Status.UNKNOWN, status=Status.UNEMPLOYED_WILLING, source=Source.IMPORT, tags=()):
    return [raised.rule for raised in rules_met(previous=previous, status=status, source=source, tags=tags)]


@pytest.mark.parametrize("source", ["self", "visit", "call"])
@pytest.mark.parametrize("status", ["unemployed_willing", "returned_staying"])
def test_whoever_says_they_are_out_of_work_is_flagged(source, status):
    assert met(source=source, status=status) == ["self_reported"]


@pytest.mark.parametrize("source", ["import", "employer", "system"])
def test_a_list_alone_flags_nobody(source):
    assert met(source=source) == []


@pytest.mark.parametrize("source", Source.values)
def test_lifted_out_and_out_of_work_is_flagged_however_known(source):
    assert met(source=source, tags=[Tag.LIFTED_OUT])[0] == "lifted_out_out_of_work"


@pytest.mark.parametrize("previous", sorted(EMPLOYED))
def test_whoever_had_work_has_relapsed(previous):
    assert met(previous=previous) == ["relapsed"]


def test_whoever_was_out_of_work_before_has_not_relapsed():
    assert met(previous=Status.RETURNED_STAYING) == []


def test_all_rules_may_hold_and_the_most_telling_comes_first():
    found = met(previous=Status.EMPLOYED_IN_CITY, source=Source.CALL, tags=[Tag.LIFTED_OUT, Tag.VETERAN])

    assert found == ["lifted_out_out_of_work", "relapsed", "self_reported"]


@given(previous=statuses, status=statuses, source=sources, tags=tags)
def test_nobody_with_work_or_beyond_it_is_ever_flagged(previous, status, source, tags):
    found = met(previous=previous, status=status, source=source, tags=tags)

    assert found == [] or status in OUT_OF_WORK


@given(previous=statuses, status=statuses, source=sources, tags=tags)
def test_rules_are_met_at_most_once_and_do_not_depend_on_other_tags(previous, status, source, tags):
    found = met(previous=previous, status=status, source=source, tags=tags)

    assert len(found) == len(set(found))
    assert found == met(previous=previous, status=status, source=source, tags=tags & {Tag.LIFTED_OUT})


@given(previous=statuses, status=st.sampled_from(sorted(OUT_OF_WORK)), source=sources, tags=tags)
def test_every_reason_is_a_whole_sentence_in_both_languages(previous, status, source, tags):
    for raised in rules_met(previous=previous, status=status, source=source, tags=tags):
        with translation.override("en"):
            english = reason(raised.rule, raised.data)
        with translation.override("zh-hans"):
            chinese = reason(raised.rule, raised.data)
        assert (english[-1], chinese[-1], "{" in english + chinese) == (".", "。", False)
        assert english != chinese


@pytest.mark.parametrize("rule", Rule.values)
def test_every_rule_has_words_even_without_its_facts(rule):
    with translation.override("en"):
        words = reason(rule, {})

    assert "{" not in words
    assert len(words) > 5


def test_a_rule_that_holds_carries_the_facts_its_reason_names():
    raised = rules_met(
        previous=Status.EMPLOYED_IN_CITY, status=Status.UNEMPLOYED_WILLING, source=Source.IMPORT, tags=[]
    )

    facts = {"status": "unemployed_willing", "previous": "employed_in_city", "source": "import"}
    assert raised == [Raised("relapsed", facts)]


def test_a_fact_that_is_no_word_of_ours_is_quoted():
    with translation.override("en"):
        assert reason("placement_fell_through", {"why": "工厂停工"}) == "The job fell through: 工厂停工."
        assert reason("relapsed", {"previous": "sailor"}) == "Had work (sailor) and has lost it."


def test_a_fact_that_is_missing_is_said_to_be_not_known():
    with translation.override("en"):
        assert reason("relapsed", {}) == "Had work (not known) and has lost it."


def test_a_reason_names_the_facts():
    data = {"previous": "employed_in_city", "status": "unemployed_willing", "source": "call"}

    with translation.override("en"):
        assert reason("relapsed", data) == "Had work (Working in the city) and has lost it."
        assert reason("self_reported", data) == "Reported out of work. How known: Phone call."
