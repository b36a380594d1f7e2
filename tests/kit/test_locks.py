"""A lock that somebody else keeps: the page says so, whatever the view."""

import re
import threading

import pytest
from django import forms
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory

from kit import locks
from kit.pages import carry_out
from kit.refusals import Busy
from staff.middleware import RefusalPages
from staff.models import User
from tests.impatience import impatient
from tests.source import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held():
    """The row of a user, kept by somebody else; we give up after a tenth of a second."""
    user, taken, let_go = User.objects.create(username="u", display_name="王芳"), threading.Event(), threading.Event()

    def keep():
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            taken.set()
            let_go.wait(10)
        connection.close()

    keeper = threading.Thread(target=keep)
    keeper.start()
    assert taken.wait(10)
    with impatient():
        yield user
    let_go.set()
    keeper.join()


@transaction.atomic
def take(user):
    return User.objects.select_for_update().get(pk=user.pk)


def test_a_form_that_meets_a_lock_is_refused_in_words(held):
    done, refusal = carry_out(forms.Form({}), lambda said: take(held))

    assert (done, type(refusal)) == (None, Busy)
    assert refusal.way_out


def test_any_other_page_that_meets_a_lock_says_so_too(held):
    with pytest.raises(OperationalError) as met:
        take(held)
    request = RequestFactory().get("/", headers={"HX-Request": "true"})
    request.is_boosted = False

    answer = RefusalPages(lambda _: None).process_exception(request, met.value)

    assert answer.status_code == 409
    assert str(Busy.message) in answer.content.decode()


def test_what_has_nobody_to_press_again_may_wait_longer(held):
    with transaction.atomic():
        locks.wait_longer(200)
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("200s",)


def test_nobody_leaves_a_connection_of_the_pool_less_patient_than_it_came():
    """One left at 50 ms refused a booking in another test, an hour later."""
    setters = {
        path.name for path in (ROOT / "tests").rglob("*.py") if re.search(r"\bSET lock_timeout", path.read_text())
    }

    assert setters == {"impatience.py"}
