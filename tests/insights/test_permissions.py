"""docs/permissions.md, and what it says of somebody with two postings."""

import pytest
from django.conf import settings
from django.core.management import call_command

from cases import policies
from insights.management import permissions
from staff.policies import check_has_role_anywhere
from staff.roles import CASEWORKERS

SOME_HUNDREDS = 400


def test_the_page_says_what_the_policies_say():
    call_command("permissions", check=True)

    assert "`cases.work_on`" in (settings.BASE_DIR / "docs" / "permissions.md").read_text()


def test_a_role_held_in_another_county_gives_no_right_here_not_even_to_who_is_named_on_the_row():
    walk = permissions.walk_elsewhere()

    assert (walk.let_in, walk.asked > SOME_HUNDREDS) == ((), True)


def test_a_role_held_here_and_one_elsewhere_add_up_to_the_one_here():
    walk = permissions.walk_mixed()

    assert (walk.let_in, walk.asked > SOME_HUNDREDS) == ((), True)


@pytest.mark.parametrize("walk", [permissions.walk_elsewhere, permissions.walk_mixed])
def test_a_policy_that_asks_for_the_role_alone_is_found(monkeypatch, walk):
    def check_can_work_on(by, case: policies.Case) -> None:
        check_has_role_anywhere(by, *CASEWORKERS)

    check_can_work_on.__module__ = policies.__name__
    monkeypatch.setattr(policies, "check_can_work_on", check_can_work_on)

    assert [words.split(":")[0] for words in walk().let_in][:1] == ["`cases.work_on`"]
