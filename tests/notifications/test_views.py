import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from areas.ranges import SERVED
from notifications import selectors
from notifications.models import InboundMessage, Message
from staff.models import AccessLog
from tests.notifications.factories import InboundMessageFactory, MessageFactory, OptOutFactory
from tests.staff.factories import DAFANG, DAFANG_VILLAGE, UserFactory
from tests.workers.factories import NOON, WorkerFactory

PHONE = "+8613800001234"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def after_lunch():
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        yield


def log_in(client, **who):
    user = UserFactory(**{"language": "en", **who})
    client.force_login(user)
    return user


@pytest.fixture
def supervisor(client):
    return log_in(client, supervisor=True)


def page(client, name, *args, **query):
    return client.get(reverse(f"notifications:{name}", args=args, query=query))


def text_of(response):
    return response.content.decode()


class TestList:
    def test_shows_who_what_and_why_not(self, client, supervisor):
        MessageFactory(failed=True, worker=WorkerFactory(name="李国琴", phone=PHONE))

        shown = text_of(page(client, "list"))

        assert "李国琴" in shown
        assert "ends in 1234" in shown
        assert "The number does not exist. Ask for a new one." in shown
        assert "1 text did not arrive, or nobody knows: please decide." in shown
        assert "13800001234" not in shown

    def test_another_county_is_not_seen_though_it_has_texts(self, client):
        message = MessageFactory(failed=True, worker__name="禄阿依")
        user = log_in(client, supervisor=True, posted=DAFANG)

        log = selectors.message_log(user=user)

        assert (log.texts, log.stuck) == ((), 0)
        assert message.worker.name not in text_of(page(client, "list"))

    @pytest.mark.parametrize(
        ("query", "states"),
        [
            ({}, ["queued", "failed", "unknown", "delivered"]),
            ({"state": "stuck"}, ["failed", "unknown"]),
            ({"state": "delivered"}, ["delivered"]),
            ({"state": "nonsense"}, ["queued", "failed", "unknown", "delivered"]),
            ({"template": "test_many"}, []),
        ],
    )
    def test_filters_by_what_is_asked(self, client, supervisor, query, states):
        for state in ("delivered", "unknown", "failed"):
            MessageFactory(**{state: True})
        MessageFactory()

        response = page(client, "list", **query)

        assert [text.state for text in response.context["log"].texts] == states

    def test_no_kind_of_text_is_offered_twice_and_one_that_is_sent_in_two_ways_is_found_in_both(
        self, client, supervisor
    ):
        for template in ("fair_cancelled", "fair_cancelled_now", "please_call_back"):
            MessageFactory(template=template)

        offered = dict(page(client, "list").context["form"].fields["template"].choices)
        (key,) = [key for key, title in offered.items() if title == "Fair cancelled"]
        found = page(client, "list", template=key).context["log"].texts

        assert len(set(offered.values())) == len(offered)
        assert [text.title for text in found] == ["Fair cancelled"] * 2

    def test_pages_by_the_last_row_seen(self, client, supervisor, monkeypatch):
        monkeypatch.setattr(selectors, "PAGE", 2)
        first, second, third = MessageFactory.create_batch(3)

        one = page(client, "list", state="queued")
        two = client.get(one.context["next_url"])

        assert [text.pk for text in one.context["log"].texts] == [third.pk, second.pk]
        assert [text.pk for text in two.context["log"].texts] == [first.pk]
        assert (one.context["first_url"], two.context["next_url"]) == ("", "")
        assert two.context["first_url"] == reverse("notifications:list", query={"state": "queued"})

    def test_takes_the_same_queries_for_one_and_for_three(self, client, supervisor, django_assert_num_queries):
        MessageFactory()
        page(client, "list")
        with django_assert_num_queries(6):
            page(client, "list")
        MessageFactory.create_batch(3)
        with django_assert_num_queries(6):
            page(client, "list")

    @pytest.mark.parametrize(
        ("role", "status"),
        [
            ("supervisor", 200),
            ("fair_organiser", 200),
            ("transport_organiser", 200),
            ("township_cadre", 200),
            ("auditor", 200),
            ("village_cadre", 403),
            ("administrator", 403),
        ],
    )
    def test_is_for_those_who_answer_for_texts(self, client, role, status):
        log_in(client, **{role: True})

        assert page(client, "list").status_code == status

    def test_an_auditor_reads_and_changes_nothing(self, client):
        message = MessageFactory(failed=True)
        log_in(client, auditor=True)

        assert "Send again" not in text_of(page(client, "list"))
        assert client.post(reverse("notifications:send_again", args=[message.pk, 1])).status_code == 403

    def test_empty_says_what_would_fill_it(self, client, supervisor):
        assert "Texts are written by what you do" in text_of(page(client, "list"))
        assert "Choose another, or show all." in text_of(page(client, "list", state="failed"))


class TestSendAgain:
    def press(self, client, message, round=1, **more):
        return client.post(reverse("notifications:send_again", args=[message.pk, round]), more)

    def test_queues_it_and_goes_back_to_where_one_was(self, client, supervisor):
        message = MessageFactory(unknown=True)
        here = reverse("notifications:list", query={"state": "stuck"})

        response = self.press(client, message, next=here)

        message.refresh_from_db()
        assert (response.status_code, response.url, message.state) == (302, here, "queued")

    def test_never_leaves_for_another_site(self, client, supervisor):
        message = MessageFactory(unknown=True)

        response = self.press(client, message, next="https://elsewhere.example.cn/")

        assert response.url == reverse("notifications:panel", args=[message.worker_id])

    def test_a_double_click_is_one_decision(self, client, supervisor):
        message = MessageFactory(failed=True)

        answers = [self.press(client, message).status_code for _ in range(2)]

        message.refresh_from_db()
        assert (answers, message.round) == ([302, 302], 2)

    def test_a_text_on_its_way_is_refused_with_a_way_out(self, client, supervisor):
        message = MessageFactory(delivered=True)

        response = self.press(client, message)

        assert response.status_code == 409
        assert "already on its way" in text_of(response)

    def test_elsewhere_it_does_not_exist(self, client):
        message = MessageFactory(failed=True)
        log_in(client, supervisor=True, posted=DAFANG)

        assert self.press(client, message).status_code == 404

        message.refresh_from_db()
        assert message.state == "failed"

    def test_within_the_case_page_the_panel_answers(self, client, supervisor):
        message = MessageFactory(failed=True)
        url = reverse("notifications:send_again", args=[message.pk, 1])

        response = client.post(url, headers={"HX-Request": "true"})

        assert response.status_code == 200
        assert '<details class="wf-panel" open>' in text_of(response)
        assert "<html" not in text_of(response)


class TestReplies:
    def test_words_are_read_by_whoever_answers_for_texts_there(self, client, supervisor):
        mine, wrong = WorkerFactory(name="李国琴", phone=PHONE), WorkerFactory(phone="+8613800005678")
        InboundMessageFactory(worker=mine, body="老板不要我了", handled_as="text")
        InboundMessageFactory(worker=mine, body="1", handled_as="digit", digit="1")
        elsewhere = WorkerFactory(area=DAFANG_VILLAGE, phone="+8613800009999")
        InboundMessageFactory(worker=elsewhere, body="不是这里", handled_as="text")
        stranger = {"worker": None, "handled_as": "stranger", "phone_tail": "5678"}
        InboundMessageFactory(phone_blind=wrong.phone_blind, body="打错了", **stranger)
        InboundMessageFactory(phone_blind=elsewhere.phone_blind, body="也不是这里", **stranger)
        InboundMessageFactory(phone_blind=b"nobody", body="谁的号码", **stranger)

        shown = page(client, "replies")
        log_in(client, supervisor=True, posted=SERVED)
        all_of_it = page(client, "replies")

        assert [reply.body for reply in shown.context["said"]] == ["打错了", "老板不要我了"]
        assert [reply.people for reply in shown.context["said"]] == [((wrong.pk, wrong.name),), ((mine.pk, mine.name),)]
        assert "谁的号码" in {reply.body for reply in all_of_it.context["said"]}

    def test_takes_the_same_queries_for_one_and_for_three(self, client, supervisor, django_assert_max_num_queries):
        InboundMessageFactory(worker=WorkerFactory(), handled_as="text", body="好久没信")
        page(client, "replies")
        with django_assert_max_num_queries(8):
            page(client, "replies")
        InboundMessageFactory.create_batch(3, handled_as="text", body="还没有工作")
        with django_assert_max_num_queries(8):
            page(client, "replies")


class TestPanel:
    def test_tells_the_whole_conversation_newest_first(self, client, supervisor):
        worker = WorkerFactory(phone=PHONE)
        asked = MessageFactory(worker=worker, delivered=True)
        InboundMessageFactory(worker=worker, answers=asked, body="1")

        response = page(client, "panel", worker.pk)

        lines = response.context["talk"].lines
        assert {type(line).__name__ for line in lines} == {"Text", "InboundMessage"}
        assert "Test note" in text_of(response)
        assert "13800001234" not in text_of(response)

    def test_says_that_the_phone_opted_out(self, client, supervisor):
        worker = WorkerFactory(phone=PHONE)
        OptOutFactory(phone=PHONE)

        assert "This phone asked for no texts." in text_of(page(client, "panel", worker.pk))

    def test_is_a_fragment_for_the_case_page(self, client, supervisor):
        worker = MessageFactory(delivered=True).worker

        response = client.get(reverse("notifications:panel", args=[worker.pk]), headers={"HX-Request": "true"})

        assert "<details" in text_of(response)
        assert "<html" not in text_of(response)

    def test_takes_the_same_queries_for_one_and_for_three(self, client, supervisor, django_assert_num_queries):
        worker = MessageFactory(delivered=True).worker
        page(client, "panel", worker.pk)
        with django_assert_num_queries(7):
            page(client, "panel", worker.pk)
        MessageFactory.create_batch(3, worker=worker, delivered=True)
        InboundMessageFactory.create_batch(3, worker=worker)
        with django_assert_num_queries(7):
            page(client, "panel", worker.pk)

    def test_a_village_cadre_sees_it_for_their_own_and_nobody_elses(self, client):
        mine, other = WorkerFactory(), WorkerFactory(area=DAFANG_VILLAGE)
        MessageFactory(worker=mine)
        MessageFactory(worker=other)
        log_in(client, village_cadre=True)

        assert page(client, "panel", mine.pk).status_code == 200
        assert page(client, "panel", other.pk).status_code == 404


class TestSandboxPhone:
    def reply(self, client, worker, body, once=None, **headers):
        url = reverse("notifications:sandbox_phone", args=[worker.pk])
        return client.post(url, {"body": body, "once": str(once or uuid.uuid4())}, headers=headers)

    def test_shows_what_has_arrived_and_what_has_not(self, client, supervisor):
        worker = WorkerFactory(name="李国琴", phone=PHONE)
        MessageFactory(worker=worker, delivered=True, body="【织金就业】您的座位是12号。回复TD退订")
        MessageFactory(worker=worker, body="【织金就业】明早出发。回复TD退订")

        response = page(client, "sandbox_phone", worker.pk)

        shown = text_of(response)
        assert "您的座位是12号" in shown
        assert "明早出发" not in shown
        assert [text.state for text in response.context["screen"].waiting] == ["queued"]
        assert "138****1234" in shown
        assert "13800001234" not in shown

    def test_opening_it_is_logged(self, client, supervisor):
        worker = WorkerFactory(phone=PHONE)

        page(client, "sandbox_phone", worker.pk)

        assert list(AccessLog.objects.values_list("user", "worker_id", "what")) == [
            (supervisor.pk, worker.pk, "opened_record")
        ]

    def test_a_typed_reply_goes_the_way_of_every_reply(self, client, supervisor):
        worker = WorkerFactory(phone=PHONE)
        asked = MessageFactory(worker=worker, delivered=True)

        response = self.reply(client, worker, "1")

        received = InboundMessage.objects.get()
        assert (response.status_code, received.answers, received.digit) == (302, asked, "1")
        assert ">1<" in text_of(client.get(response.url))

    def test_sent_twice_by_a_double_click_it_is_one(self, client, supervisor):
        worker, once = WorkerFactory(phone=PHONE), uuid.uuid4()

        for _ in range(2):
            self.reply(client, worker, "1", once)

        assert InboundMessage.objects.count() == 1

    @pytest.mark.parametrize(("body", "words"), [("", "Type a reply first."), ("长" * 301, "at most 300 characters")])
    def test_a_bad_reply_is_told_why(self, client, supervisor, body, words):
        response = self.reply(client, WorkerFactory(phone=PHONE), body)

        assert response.status_code == 422
        assert words in text_of(response)
        assert InboundMessage.objects.count() == 0

    def test_stop_typed_here_stops(self, client, supervisor):
        worker = WorkerFactory(phone=PHONE)
        waiting = MessageFactory(worker=worker)

        self.reply(client, worker, "退订")

        waiting.refresh_from_db()
        assert waiting.failed_reason == "opted_out"
        assert "Texts are stopped." in text_of(page(client, "sandbox_phone", worker.pk))

    def test_a_shared_phone_shows_the_family_but_nobody_outside_the_area(self, client):
        worker = WorkerFactory(name="李国琴", phone=PHONE)
        brother = WorkerFactory(name="李国军", phone=PHONE)
        far = WorkerFactory(name="陈秀英", phone=PHONE, area=DAFANG_VILLAGE)
        MessageFactory(worker=brother, delivered=True, body="给国军的短信")
        MessageFactory(worker=far, delivered=True, body="给秀英的短信")
        InboundMessageFactory(worker=far, handled_as="text", body="秀英的回复")
        log_in(client, supervisor=True)

        shown = text_of(page(client, "sandbox_phone", worker.pk))

        assert "给国军的短信" in shown
        assert "李国军" in shown
        assert "秀英" not in shown

    def test_without_a_number_there_is_no_phone(self, client, supervisor):
        worker = WorkerFactory(phoneless=True)

        assert "There is no phone number on record" in text_of(page(client, "sandbox_phone", worker.pk))
        assert self.reply(client, worker, "1").status_code == 422
        assert InboundMessage.objects.count() == 0

    def test_elsewhere_it_does_not_exist(self, client):
        worker = WorkerFactory(phone=PHONE)
        MessageFactory(worker=worker, delivered=True)
        log_in(client, supervisor=True, posted=DAFANG)

        assert page(client, "sandbox_phone", worker.pk).status_code == 404
        assert self.reply(client, worker, "1").status_code == 404

    def test_an_auditor_reads_it_and_answers_for_nobody(self, client):
        worker = WorkerFactory(phone=PHONE)
        log_in(client, auditor=True)

        assert 'name="body"' not in text_of(page(client, "sandbox_phone", worker.pk))
        assert self.reply(client, worker, "STOP").status_code == 403
        assert InboundMessage.objects.count() == 0

    def test_exists_only_while_the_sandbox_is_the_gateway(self, client, supervisor, twilio):
        worker = WorkerFactory(phone=PHONE)

        assert page(client, "sandbox_phone", worker.pk).status_code == 404
        assert self.reply(client, worker, "STOP").status_code == 404

    def test_takes_the_same_queries_for_one_and_for_three(self, client, supervisor, django_assert_num_queries):
        worker = MessageFactory(worker=WorkerFactory(phone=PHONE), delivered=True).worker
        page(client, "sandbox_phone", worker.pk)
        with django_assert_num_queries(10):
            page(client, "sandbox_phone", worker.pk)
        MessageFactory.create_batch(3, worker=worker, delivered=True)
        with django_assert_num_queries(10):
            page(client, "sandbox_phone", worker.pk)


@pytest.mark.parametrize("name", ["panel", "sandbox_phone"])
def test_who_looks_after_the_system_reads_nobodys_texts(client, name):
    worker = WorkerFactory(phone=PHONE)
    log_in(client, administrator=True)

    assert page(client, name, worker.pk).status_code == 404


@pytest.mark.parametrize("name", ["list", "replies", "panel", "sandbox_phone", "send_again"])
def test_nobody_comes_in_unknown(client, name):
    args = {"list": [], "replies": [], "send_again": [1, 1]}.get(name, [1])
    url = reverse(f"notifications:{name}", args=args)

    response = client.post(url) if name == "send_again" else client.get(url)

    assert response.url.startswith(reverse("staff:login"))
    assert Message.objects.count() == 0
