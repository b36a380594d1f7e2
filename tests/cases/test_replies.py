"""What people write back is read: it brings the case to its cadre, who finds the words on the page."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from cases import services
from cases.models import WorkItem
from notifications.receiving import replies
from tests.cases.factories import NOON, CaseFactory, reach
from tests.cases.pages import signed_in, url_of
from tests.notifications.factories import MessageFactory

pytestmark = pytest.mark.django_db

PHONE = "+8613800000001"
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def case(cadre):
    """Waits for its first follow-up, and was sent a text that asks nothing."""
    case = CaseFactory(nearby=True, owner=cadre)
    case.worker.set_phone(PHONE)
    case.worker.save()
    MessageFactory(worker=case.worker, delivered=True, at=NOON)
    return case


@pytest.fixture
def write(django_capture_on_commit_callbacks):
    def write(body):
        with django_capture_on_commit_callbacks(execute=True):
            return replies.receive_reply(gateway="sandbox", ref=body, phone=PHONE, body=body, at=LATER)

    return write


def waiting(case) -> tuple:
    return WorkItem.objects.filter(case=case, state="open").values_list("reason", "not_before", "due_at").get()


@pytest.mark.parametrize("body", ["老板不要我了", "帮助", "the boss sent me away"])
def test_words_bring_the_case_to_the_cadre_though_nothing_was_asked(case, write, body):
    due_at = waiting(case)[2]

    write(body)

    assert waiting(case) == ("answered_otherwise", LATER, due_at)


@pytest.mark.parametrize("body", ["好的", "谢谢！", "收到。", "OK", "👍", "3"])
def test_thanks_bring_nobody(case, write, body):
    before = waiting(case)

    write(body)

    assert waiting(case) == before


def test_once_somebody_has_asked_the_case_waits_for_what_it_waited_for(case, write, cadre):
    before = waiting(case)
    write("老板不要我了")
    write("还差两个月工资")

    reach(case, at=LATER + timedelta(hours=1), by=cadre, status=None)

    assert waiting(case) == before


def test_a_talk_taken_back_leaves_the_words_to_be_read(case, write, cadre):
    write("老板不要我了")
    talk = reach(case, at=LATER + timedelta(hours=1), by=cadre, status=None)

    services.undo_contact(attempt=talk, by=cadre, at=LATER + timedelta(hours=2))

    assert waiting(case)[0] == "answered_otherwise"


def test_the_words_are_read_on_the_page_that_speaks_of_them(case, write, cadre):
    write("老板不要我了")
    with time_machine.travel(LATER + timedelta(minutes=5), tick=False):
        client = signed_in(cadre)
        row = client.get(reverse("cases:today")).content.decode()
        page = client.get(url_of("case", case.pk))
        texts = client.get(page.context["panels"][0]["url"], headers={"HX-Request": "true"}).content.decode()
        record = client.get(reverse("workers:worker", args=[case.worker_id])).content.decode()

    assert "Read the text" in row
    assert page.context["record_url"] == url_of("record_contact", case.pk)
    assert "Wrote back: 老板不要我了" in texts
    assert '<details class="wf-panel" open>' in texts
    assert page.context["panels"][0]["url"] in record
