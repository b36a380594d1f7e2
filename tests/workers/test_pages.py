"""The pages of a person: who gets in, what they show, what a press does, and what it leaves in the access log."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from staff.models import AccessLog
from tests.staff.factories import (
    DAFANG,
    DAFANG_VILLAGE,
    FENGPING,
    HUAQI_VILLAGE,
    MAOCHANG,
    YANJIAO,
    PostingFactory,
    UserFactory,
)
from tests.workers.factories import NOON, TODAY, HouseholdFactory, WorkerFactory, make_id_number
from workers import journal, record_page, services
from workers.forms import AddForm
from workers.models import Worker

pytestmark = pytest.mark.django_db

ADD = "/workers/add/"
PAGES = ["worker", "verify", "report_status", "reveal"]
NUMBER = make_id_number(n=14)


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def li():
    return WorkerFactory(name="李国琴", id_number=NUMBER, phone="+8613800001234")


def url(name, worker):
    return reverse(f"workers:{name}", args=[worker.pk])


def text(response) -> str:
    return response.content.decode()


def looks(worker) -> list[tuple]:
    return list(AccessLog.objects.about(worker.pk).order_by("pk").values_list("what", "reason"))


def person(**typed):
    return {
        "name": "李国琴", "id_number": NUMBER, "phone": "13800001234", "township": MAOCHANG, "village": FENGPING,
        "status": "unemployed_willing", "source": "visit", "sms_allowed": "on", "once": str(uuid.uuid4()),
    } | typed  # fmt: skip


# ---- who gets in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_inside_the_area_the_page_opens(signed_in, li, page):
    assert signed_in.get(url(page, li)).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("area", [HUAQI_VILLAGE, DAFANG_VILLAGE], ids=["township beside", "county beside"])
def test_outside_the_area_there_is_no_such_page(signed_in, page, method, area):
    there = WorkerFactory(area=area)

    response = getattr(signed_in, method)(url(page, there), follow=True)

    assert response.status_code in {404, 405}
    assert (looks(there), there.journal_lines.count()) == ([], 1)


@pytest.mark.parametrize("page", PAGES)
def test_nobody_signed_in_is_sent_to_sign_in(client, li, page):
    assert client.get(url(page, li))["Location"].startswith("/login/?next=")


@pytest.mark.parametrize(
    ("role", "opens", "keeps"),
    [
        ("village_cadre", 200, 200),
        ("township_cadre", 200, 200),
        ("supervisor", 200, 200),
        ("fair_organiser", 200, 403),
        ("transport_organiser", 200, 403),
        ("rights_officer", 200, 403),
        ("auditor", 200, 403),
        ("administrator", 404, 404),
    ],
)
def test_each_role_may_look_or_also_write(client, li, role, opens, keeps):
    client.force_login(UserFactory(**{role: True}))

    found = [client.get(url(page, li)).status_code for page in ("worker", "verify", "report_status")]

    assert found == [opens, keeps, keeps]
    assert client.get(ADD).status_code == (200 if keeps == 200 else 403)


# ---- the record ----------------------------------------------------------------------------------------------------


def test_the_record_shows_masked_numbers_and_logs_the_look(signed_in, li):
    page = text(signed_in.get(url("worker", li)))

    assert ("138****1234" in page, f"5224**********{NUMBER[-4:]}" in page, NUMBER in page) == (True, True, False)
    assert looks(li) == [("opened_record", "")]


def test_the_record_tells_the_history_newest_first_in_the_language_of_the_reader(signed_in, cadre, li):
    earlier = NOON - timedelta(days=2)
    told = {"status": "farming", "source": "call", "happened_at": earlier}
    services.report_status(worker=li, by=cadre, at=NOON + timedelta(hours=1), **told)
    cadre.language = "en"
    cadre.save()

    items = signed_in.get(url("worker", li)).context["page"].timeline

    assert [(item.sentence, item.who, item.happened_at, item.entered_at) for item in items] == [
        ("Status: Farming at home. How known: Phone call.", "王芳", earlier, NOON + timedelta(hours=1)),
        ("Put on the register. How known: Roster import.", "the system", NOON, None),
    ]


def test_a_wish_chosen_from_the_list_is_said_in_the_language_of_the_reader(signed_in, cadre):
    chosen, own_words = WorkerFactory(wish_place="省外"), WorkerFactory(wish_place="浙江")
    cadre.language = "en"
    cadre.save()

    pages = [text(signed_in.get(url("worker", worker))) for worker in (chosen, own_words)]

    assert ["Other province" in pages[0], "省外" in pages[0], "浙江" in pages[1]] == [True, False, True]


def test_a_long_history_is_folded_and_can_be_opened(signed_in, li):
    for n in range(1, 21):
        at = NOON + timedelta(minutes=n)
        journal.record(worker=li, what="worker_verified", by=None, at=at, data={"how": "call", "n": n})

    short, whole = (signed_in.get(url("worker", li), query).context["page"] for query in ({}, {"lines": "all"}))

    assert (len(short.timeline), len(whole.timeline), short.lines) == (12, 21, 21)
    assert (short.has_more, whole.has_more) == (True, False)


def test_the_household_shows_only_whom_the_user_may_see(signed_in):
    home = HouseholdFactory(members=2)
    one, other = home.members.order_by("pk")
    WorkerFactory(household=home, area=DAFANG_VILLAGE)

    members = signed_in.get(url("worker", one)).context["page"].members

    assert [member.url for member in members] == [url("worker", other)]


@pytest.mark.parametrize("n", [1, 3])
def test_the_record_takes_the_same_few_queries_however_much_it_shows(
    signed_in, cadre, django_assert_max_num_queries, n
):
    home = HouseholdFactory(members=n)
    worker = home.members.order_by("pk").first()
    for tag in ["lifted_out", "disabled", "veteran"][:n]:
        services.set_tag(worker=worker, tag=tag, by=cadre, at=NOON)
    for _ in range(n):
        signed_in.get(url("worker", worker))

    with django_assert_max_num_queries(12):
        signed_in.get(url("worker", worker))


def test_a_later_stage_may_have_a_better_page(signed_in, li, monkeypatch):
    monkeypatch.setattr(record_page, "_finders", [lambda worker: f"/cases/{worker.pk}/"])

    page = signed_in.get(url("worker", li))

    assert page.context["page"].better_url == f"/cases/{li.pk}/"
    assert record_page.url_of(li) == f"/cases/{li.pk}/"


@pytest.mark.parametrize("role", ["village_cadre", "township_cadre", "auditor"])
def test_the_full_phone_is_in_no_page_before_somebody_asked_for_it(client, li, role):
    client.force_login(UserFactory(**{role: True}))

    source = text(client.get(url("worker", li)))

    assert ("13800001234" in source, "tel:" in source) == (False, False)


# ---- unmasking -----------------------------------------------------------------------------------------------------


GROUPED = f"522425 19870601 {NUMBER[-4:]}"


@pytest.mark.parametrize(("what", "number"), [("phone", "138 0000 1234"), ("id_number", GROUPED)])
def test_a_number_is_shown_once_a_reason_is_given_and_written_down(signed_in, li, what, number):
    asked = signed_in.get(url("reveal", li), {"what": what})
    assert number not in text(asked)

    shown = signed_in.post(url("reveal", li), {"what": what, "reason": "asked"})

    assert number in text(shown)
    assert "no-store" in shown["Cache-Control"]
    assert looks(li) == [(f"revealed_{'phone' if what == 'phone' else 'id'}", "asked")]


@pytest.mark.parametrize(
    "typed", [{}, {"reason": ""}, {"reason": "curious"}, {"reason": "call"}, {"what": "salary", "reason": "asked"}]
)
def test_without_a_reason_no_number_is_shown_and_nothing_logged(signed_in, li, typed):
    response = signed_in.post(url("reveal", li), {"what": "id_number"} | typed)

    assert response.status_code == 422
    assert (GROUPED in text(response), looks(li)) == (False, [])


@pytest.mark.parametrize(
    ("role", "id_number", "phone"),
    [
        ("village_cadre", 403, 200),
        ("township_cadre", 200, 200),
        ("supervisor", 200, 200),
        ("fair_organiser", 403, 200),
        ("transport_organiser", 200, 200),
        ("rights_officer", 200, 200),
        ("auditor", 403, 403),
        ("administrator", 404, 404),
    ],
)
def test_each_role_sees_the_numbers_its_work_needs(client, li, role, id_number, phone):
    client.force_login(UserFactory(**{role: True}))

    def reveal(what):
        return client.post(url("reveal", li), {"what": what, "reason": "paper"}).status_code

    assert (reveal("id_number"), reveal("phone")) == (id_number, phone)
    assert len(looks(li)) == [id_number, phone].count(200)


def test_for_htmx_the_number_comes_in_a_sheet(signed_in, li):
    response = signed_in.post(url("reveal", li), {"what": "phone", "reason": "call"}, headers={"HX-Request": "true"})

    assert (text(response).strip().startswith("<dialog"), "<html" in text(response)) == (True, False)


# ---- ringing up ----------------------------------------------------------------------------------------------------


def test_one_tap_dials_and_is_written_down(signed_in, li):
    assert f'action="{url("call", li)}"' in text(signed_in.get(url("worker", li)))

    response = signed_in.post(url("call", li), headers={"HX-Request": "true"})

    assert (response.status_code, response["HX-Redirect"], response.content) == (200, "tel:+8613800001234", b"")
    assert looks(li)[-1] == ("revealed_phone", "call")


def test_who_comes_back_from_the_dialler_finds_the_sheet_that_asks_how_things_stand(signed_in, li):
    waiting = url("report_status", li)
    assert f'data-wf-after="{waiting}"' in text(signed_in.get(url("worker", li)))

    sheet = text(signed_in.get(waiting, headers={"HX-Request": "true", "HX-Target": "sheet"}))

    assert (sheet.strip().startswith("<dialog"), "data-wf-sheet" in sheet) == (True, True)


def test_without_scripts_a_page_with_the_number_leads_to_the_dialler(signed_in, li):
    response = signed_in.post(url("call", li))

    source = text(response)
    assert ('href="tel:+8613800001234"' in source, "138 0000 1234" in source) == (True, True)
    assert (response["Cache-Control"], looks(li)[-1]) == ("private, no-store", ("revealed_phone", "call"))


def test_a_number_that_is_not_there_is_said_and_not_logged(signed_in):
    silent = WorkerFactory(phoneless=True)

    plain = signed_in.post(url("call", silent))
    quick = signed_in.post(url("call", silent), headers={"HX-Request": "true"})

    assert (plain["Location"], quick["HX-Redirect"], looks(silent)) == (
        url("worker", silent),
        url("worker", silent),
        [],
    )


def test_a_link_dials_nobody(signed_in, li):
    assert (signed_in.get(url("call", li))["Location"], looks(li)) == (url("worker", li), [])


@pytest.mark.parametrize(("role", "status"), [("auditor", 403), ("administrator", 404)])
def test_who_does_not_call_may_not_dial(client, li, role, status):
    client.force_login(UserFactory(**{role: True}))

    assert (client.post(url("call", li)).status_code, looks(li)) == (status, [])


def test_an_auditor_who_is_a_cadre_of_another_township_reveals_corrects_and_dials_nothing_here(client, li):
    auditor = UserFactory(auditor=True)
    PostingFactory(user=auditor, role="township_cadre", area_id=DAFANG_VILLAGE // 1000 * 1000)
    client.force_login(auditor)

    refused = [
        client.post(url("reveal", li), {"what": what, "reason": "paper"}).status_code for what in ("id_number", "phone")
    ]
    refused += [client.post(url(page, li)).status_code for page in ("call", "verify", "report_status")]

    assert (client.get(url("worker", li)).status_code, set(refused)) == (200, {403})
    assert {what for what, _why in looks(li)} <= {"opened_record"}


def test_an_administrator_who_is_given_one_village_reads_that_village_and_no_more(client, li):
    administrator = UserFactory(administrator=True)
    PostingFactory(user=administrator, role="village_cadre", area_id=YANJIAO)
    theirs = WorkerFactory(area=YANJIAO, name=li.name)
    client.force_login(administrator)

    found = [client.get(url("worker", worker)).status_code for worker in (li, theirs)]

    assert (found, list(Worker.objects.visible_to(administrator))) == ([404, 200], [theirs])
    assert [person["worker_id"] for person in client.post("/find/", {"q": li.name}).context["found"]] == [theirs.pk]


# ---- adding --------------------------------------------------------------------------------------------------------


def test_a_person_is_registered_and_the_record_opened(signed_in, cadre):
    response = signed_in.post(ADD, person(tags=["lifted_out"], wish_wage="4500", group_no="2"))

    worker = Worker.objects.get()
    assert response["Location"] == record_page.url_of(worker)
    assert (worker.name, worker.area_id, worker.wish_willing, worker.wish_wage) == ("李国琴", FENGPING, True, 4500)
    assert [flag.rule for flag in worker.flags.order_by("pk")] == ["lifted_out_out_of_work", "self_reported"]
    assert worker.journal_lines.get(seq=1).by == cadre


def test_the_same_form_sent_twice_gives_one_worker(signed_in):
    form = person()

    first, second = signed_in.post(ADD, form), signed_in.post(ADD, form)

    assert first["Location"] == second["Location"] == record_page.url_of(Worker.objects.get())


def test_a_key_that_cannot_be_read_is_no_key(signed_in):
    response = signed_in.post(ADD, person(once="not-a-uuid"))

    assert (response.status_code, Worker.objects.get().once) == (302, None)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "12"}, "name"),
        ({"id_number": "522425198706019021"}, "id_number"),
        ({"id_number": "5224251987"}, "id_number"),
        ({"id_number": make_id_number(birth_date=date(2015, 1, 1))}, "id_number"),
        ({"id_number": "", "sex": "F"}, "birth_date"),
        ({"id_number": "", "birth_date": "1990-01-01"}, "sex"),
        ({"id_number": "", "sex": "F", "birth_date": "2999-01-01"}, "birth_date"),
        ({"id_number": "", "sex": "F", "birth_date": "2015-01-01"}, "birth_date"),
        ({"sex": "M"}, "id_number"),
        ({"phone": "123"}, "phone"),
        ({"phone": "13800001234 / 13900001234"}, "phone"),
        ({"township": ""}, "township"),
        ({"village": ""}, "village"),
        ({"village": HUAQI_VILLAGE}, "village"),
        ({"township": DAFANG, "village": DAFANG_VILLAGE}, "township"),
        ({"status": ""}, "status"),
        ({"status": "duplicate"}, "status"),
        ({"source": "import"}, "source"),
        ({"status": "employed_in_city", "works_in": "桃花源"}, "works_in"),
        ({"status": "employed_in_city", "wage": "-1"}, "wage"),
        ({"wish_wage": "many"}, "wish_wage"),
        ({"tags": ["rich"]}, "tags"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(signed_in, typed, field):
    response = signed_in.post(ADD, person(**typed))

    assert response.status_code in {409, 422}
    assert field in response.context["form"].errors
    assert Worker.objects.count() == 0


NO_NUMBER = {"id_number": "", "sex": "F"}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1985-03", "出生日期缺日"),
        ("1985年3月", "出生日期缺日"),
        ("19850", "只有五位数字，不是日期"),
        ("19850230", "出生日期不存在，没有这一天。"),
        ("属牛", "出生日期"),
    ],
)
def test_the_form_says_what_is_missing_in_a_birth_date_as_the_roster_does(signed_in, typed, words):
    response = signed_in.post(ADD, person(**NO_NUMBER, birth_date=typed))

    assert (response.status_code, words in text(response), Worker.objects.count()) == (422, True, 0)


@pytest.mark.parametrize("typed", ["19850501", "1985年5月1日", "1985.5.1", "1985-05-01"])
def test_a_birth_date_may_be_typed_as_it_is_written(signed_in, typed):
    signed_in.post(ADD, person(**NO_NUMBER, birth_date=typed))

    assert Worker.objects.get().birth_date == date(1985, 5, 1)


@pytest.mark.parametrize(("typed", "day"), [("1985年农历三月十二", date(1985, 5, 1)), ("85-5-1", date(1985, 5, 1))])
def test_a_birth_date_nearly_said_is_confirmed_by_one_press(signed_in, typed, day):
    asked = signed_in.post(ADD, person(**NO_NUMBER, birth_date=typed))
    assert ('name="born" value="1985-05-01"' in text(asked), Worker.objects.count()) == (True, 0)

    signed_in.post(ADD, person(**NO_NUMBER, birth_date=typed, born="1985-05-01"))

    assert Worker.objects.get().birth_date == day


def test_a_known_id_number_in_the_area_leads_to_the_record(signed_in, li):
    response = signed_in.post(ADD, person(name="李国芹"))

    assert (response.status_code, response.context["form"].twin) == (409, li)
    assert url("worker", li) in text(response)


def test_a_known_id_number_elsewhere_reveals_nothing(signed_in):
    there = WorkerFactory(name="欧阳海", id_number=NUMBER, phone="+8613700007777", area=DAFANG_VILLAGE)

    response = signed_in.post(ADD, person(name="李国芹"))

    page = text(response)
    assert (response.status_code, response.context["form"].twin) == (409, None)
    assert [word in page for word in ("欧阳海", "7777", url("worker", there))] == [False] * 3


def test_a_namesake_in_the_township_is_asked_about_first(signed_in):
    namesake = WorkerFactory(name="李国琴", area=YANJIAO, idless=True)

    asked = signed_in.post(ADD, person())
    answered = signed_in.post(ADD, person(is_somebody_else="on"))

    assert (asked.status_code, asked.context["form"].look_alikes) == (422, [namesake])
    assert (answered.status_code, Worker.objects.count()) == (302, 2)


def test_adding_the_number_to_somebody_registered_without_one_is_one_press(signed_in, cadre):
    namesake = WorkerFactory(name="李国琴", area=YANJIAO, idless=True)
    asked = text(signed_in.post(ADD, person()))

    answered = signed_in.post(ADD, person(same_as=namesake.pk))

    namesake.refresh_from_db()
    assert f'name="same_as" value="{namesake.pk}"' in asked
    assert (answered.status_code, Worker.objects.count(), namesake.id_number) == (302, 1, NUMBER)
    assert [line.what for line in namesake.journal_lines.filter(by=cadre).in_order()][:1] == ["worker_corrected"]


@pytest.mark.parametrize(
    "pressed, name, line", [("same_as", "李国琴", "name_kept"), ("renamed", "李国芹", "worker_corrected")]
)
def test_a_number_that_has_another_name_asks_which_name_is_right(signed_in, cadre, li, pressed, name, line):
    asked = text(signed_in.post(ADD, person(name="李国芹")))
    before = li.journal_lines.filter(by=cadre).count()

    answered = signed_in.post(ADD, person(name="李国芹", **{pressed: li.pk}))

    li.refresh_from_db()
    assert ("李国琴" in asked, "李国芹" in asked, f'name="{pressed}"' in asked) == (True, True, True)
    assert (answered.status_code, Worker.objects.count(), li.name) == (302, 1, name)
    assert line in [line.what for line in li.journal_lines.filter(by=cadre).order_by("seq")][before:]


def test_what_was_typed_about_somebody_known_is_kept(signed_in):
    namesake = WorkerFactory(name="李国琴", area=YANJIAO, idless=True, wish_kind="缝纫", group_no="一组")
    wishes = {"wish_place": "浙江", "wish_wage": "5000", "wish_with_spouse": "on", "contact_hours": "晚上"}
    said = person(tags=["lifted_out", "relocated"], group_no="三组", **wishes)
    del said["sms_allowed"]

    signed_in.post(ADD, said | {"same_as": namesake.pk})

    namesake.refresh_from_db()
    kept = {name: getattr(namesake, name) for name in (*wishes, "wish_kind", "wish_willing", "sms_allowed", "group_no")}
    assert kept == {
        "wish_place": "浙江", "wish_wage": 5000, "wish_with_spouse": True, "contact_hours": "晚上", "wish_kind": "缝纫",
        "wish_willing": True, "sms_allowed": False, "group_no": "三组",
    }  # fmt: skip
    assert namesake.area_id == FENGPING
    assert set(namesake.tags.values_list("tag", flat=True)) == {"lifted_out", "relocated"}


def test_a_field_left_as_it_was_takes_nothing_from_somebody_known(signed_in):
    wishes = {"wish_place": "浙江", "wish_with_spouse": True, "contact_hours": "晚上", "sms_allowed": False}
    namesake = WorkerFactory(name="李国琴", area=FENGPING, idless=True, group_no="一组", **wishes)

    signed_in.post(ADD, person(same_as=namesake.pk, status="farming", village=MAOCHANG))

    namesake.refresh_from_db()
    assert {name: getattr(namesake, name) for name in wishes} == wishes
    assert (namesake.area_id, namesake.group_no, namesake.id_number) == (FENGPING, "一组", NUMBER)


def test_a_record_that_got_another_number_meanwhile_is_left_as_it_is(signed_in, monkeypatch):
    namesake = WorkerFactory(name="李国琴", area=FENGPING, idless=True)
    other = make_id_number(n=31)

    def somebody_is_faster(form, recognition=AddForm.recognition):
        told = recognition(form)
        there = Worker.objects.get(pk=namesake.pk)
        services.update_worker(worker=there, changes={"id_number": other}, by=None, at=timezone.now())
        return told

    monkeypatch.setattr(AddForm, "recognition", somebody_is_faster)
    answer = signed_in.post(ADD, person(same_as=namesake.pk, wish_place="浙江"))

    namesake.refresh_from_db()
    assert (answer.status_code, namesake.id_number, namesake.wish_place) == (409, other, "")


@pytest.mark.parametrize("pressed", ["same_as", "renamed"])
def test_a_press_that_is_sent_twice_is_written_once(signed_in, li, pressed):
    typed = person(name="李国芹", wish_place="浙江", tags=["lifted_out"], **{pressed: li.pk})

    answers = [signed_in.post(ADD, typed)]
    lines = li.journal_lines.count()
    answers.append(signed_in.post(ADD, typed))

    assert ([answer.status_code for answer in answers], li.journal_lines.count()) == ([302, 302], lines)


def test_a_namesake_with_another_number_is_another_person(signed_in):
    WorkerFactory(name="李国琴", area=YANJIAO)

    assert signed_in.post(ADD, person()).status_code == 302


@pytest.mark.parametrize("pressed", ["same_as", "renamed"])
def test_nobody_is_taken_for_somebody_the_form_did_not_ask_about(signed_in, pressed):
    stranger = WorkerFactory(name="王芳", area=YANJIAO, idless=True)
    elsewhere = WorkerFactory(name="欧阳海", id_number=NUMBER, area=DAFANG_VILLAGE)

    answers = [signed_in.post(ADD, person(**{pressed: worker.pk})) for worker in (stranger, elsewhere)]

    stranger.refresh_from_db()
    assert ([answer.status_code for answer in answers], stranger.id_number) == ([422, 422], "")


def test_a_namesake_somewhere_else_is_not_mentioned(signed_in):
    WorkerFactory(name="李国琴", area=DAFANG_VILLAGE)

    assert signed_in.post(ADD, person()).status_code == 302


def test_the_job_is_kept_only_for_somebody_who_has_one(signed_in):
    job = {"employer_name": "晨路鞋业", "works_in": "浙江永康", "wage": "4500"}

    signed_in.post(ADD, person(status="employed_outside_province", **job))
    signed_in.post(ADD, person(status="farming", **job, name="王芳", id_number=make_id_number(n=20)))

    li, wang = Worker.objects.order_by("pk")
    assert (li.employer_name, li.destination.name, li.wage) == ("晨路鞋业", "永康市", 4500)
    assert (wang.employer_name, wang.destination, wang.wage) == ("", None, None)


def test_somebody_over_60_is_registered_with_a_word(signed_in):
    typed = person(id_number=make_id_number(birth_date=date(1960, 1, 1)))

    response = signed_in.post(ADD, typed, follow=True)

    assert [message.level_tag for message in response.context["messages"]] == ["warning"]
    assert Worker.objects.get().age(TODAY) == 66


def choices(form, name):
    return [value for value, _label in form.fields[name].choices if value]


def test_a_village_cadre_is_asked_nothing_about_the_place(client):
    client.force_login(UserFactory(village_cadre=True))

    form = client.get(ADD).context["form"]

    assert (choices(form, "township"), choices(form, "village")) == ([MAOCHANG], [FENGPING])


def test_a_township_cadre_chooses_among_the_villages_of_the_township(signed_in):
    villages = choices(signed_in.get(ADD).context["form"], "village")

    assert [FENGPING in villages, YANJIAO in villages, HUAQI_VILLAGE in villages, villages[-1]] == [
        True,
        True,
        False,
        MAOCHANG,
    ]


def test_a_supervisor_chooses_the_township_first(client):
    client.force_login(UserFactory(supervisor=True))

    before = client.get(ADD).context["form"]
    fragment = client.get("/workers/villages/", {"township": MAOCHANG})

    assert (len(choices(before, "township")), choices(before, "village")) == (33, [])
    assert (f'value="{FENGPING}"' in text(fragment), f'value="{HUAQI_VILLAGE}"' in text(fragment)) == (True, False)


def test_without_scripts_the_township_is_chosen_by_a_button_and_nothing_typed_is_lost(client):
    client.force_login(UserFactory(supervisor=True))

    form = client.post(ADD, person(village="", chose_township="1")).context["form"]

    assert (form["name"].value(), FENGPING in choices(form, "village"), form.errors) == ("李国琴", True, {})


@pytest.mark.parametrize("township", ["", "x", "²", "520521101000", "99999999999999999999"])
def test_a_township_that_is_not_ours_has_no_villages(signed_in, township):
    client_page = signed_in.get("/workers/villages/", {"township": township})

    assert client_page.status_code == 200


# ---- verifying -----------------------------------------------------------------------------------------------------


def shown(client, worker) -> dict:
    """The verify form as a browser would send it back: every field, and what each showed at first."""
    form = client.get(url("verify", worker)).context["form"]
    sent = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if value is True:
            sent[name] = "on"
        elif value not in (None, False, ""):
            sent[name] = str(value)
        if field.show_hidden_initial:
            sent[f"initial-{name}"] = "" if value is None else str(value)
    return sent | {"how": "visit"}


def test_a_record_that_is_right_is_verified_without_a_correction(signed_in, cadre, li):
    response = signed_in.post(url("verify", li), shown(signed_in, li))

    li.refresh_from_db()
    assert response["Location"] == url("worker", li)
    assert (li.last_verified_by, li.last_verified_how) == (cadre, "visit")
    assert [line.what for line in li.journal_lines.in_order()] == ["worker_registered", "worker_verified"]


def test_what_is_corrected_is_journalled(signed_in, li):
    sent = shown(signed_in, li) | {"name": "李国芹", "village": YANJIAO, "phone": "13911112222", "wish_willing": "yes"}

    signed_in.post(url("verify", li), sent)

    li.refresh_from_db()
    assert (li.name, li.area_id, li.phone, li.wish_willing) == ("李国芹", YANJIAO, "+8613911112222", True)
    changed = li.journal_lines.get(what="worker_corrected").data["changed"]
    assert set(changed) == {"name", "area", "phone", "wish_willing"}


def test_empty_numbers_stay_and_a_phone_that_is_gone_goes(signed_in, li):
    signed_in.post(url("verify", li), shown(signed_in, li))
    li.refresh_from_db()
    assert (li.id_number, li.phone) == (NUMBER, "+8613800001234")

    signed_in.post(url("verify", li), shown(signed_in, li) | {"phone_is_gone": "on"})

    li.refresh_from_db()
    assert li.phone == ""


def test_two_people_correcting_different_facts_do_not_undo_each_other(signed_in, li):
    mine, theirs = shown(signed_in, li) | {"group_no": "7"}, shown(signed_in, li) | {"contact_hours": "晚上"}

    signed_in.post(url("verify", li), mine)
    signed_in.post(url("verify", li), theirs)

    li.refresh_from_db()
    assert (li.group_no, li.contact_hours) == ("7", "晚上")


def test_the_verify_form_sent_twice_is_one_correction(signed_in, li):
    sent = shown(signed_in, li) | {"group_no": "7"}

    signed_in.post(url("verify", li), sent)
    signed_in.post(url("verify", li), sent)

    assert [line.what for line in li.journal_lines.in_order()][1:] == ["worker_corrected", "worker_verified"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"how": ""}, "how"),
        ({"name": ""}, "name"),
        ({"id_number": "1"}, "id_number"),
        ({"phone": "13911112222", "phone_is_gone": "on"}, "phone_is_gone"),
        ({"village": HUAQI_VILLAGE}, "village"),
        ({"sex": "M", "initial-sex": "F"}, "id_number"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_beside_its_field(signed_in, li, typed, field):
    response = signed_in.post(url("verify", li), shown(signed_in, li) | typed)

    assert response.status_code in {409, 422}
    assert list(response.context["form"].errors) == [field]
    assert li.journal_lines.count() == 1


def test_somebody_elses_id_number_is_refused_and_they_are_shown(signed_in, li):
    other = WorkerFactory(name="王芳")

    response = signed_in.post(url("verify", li), shown(signed_in, li) | {"id_number": other.id_number})

    assert (response.status_code, response.context["form"].twin) == (409, other)


# ---- reporting a status --------------------------------------------------------------------------------------------


def status(**typed):
    return {"status": "unemployed_willing", "source": "call", "once": str(uuid.uuid4())} | typed


def test_a_status_is_reported_as_of_now_when_no_time_is_given(signed_in, cadre, li):
    response = signed_in.post(url("report_status", li), status(note="厂里停工"))

    report = li.reports.get()
    assert response["Location"] == record_page.url_of(li)
    assert (report.status, report.source, report.by, report.note) == ("unemployed_willing", "call", cadre, "厂里停工")
    assert report.happened_at == NOON + timedelta(hours=1)
    assert li.flags.get().rule == "self_reported"


def test_nobody_is_recorded_dead_at_one_press(signed_in, li):
    at_once = signed_in.post(url("report_status", li), status(status="deceased"))
    before = li.reports.count()
    told = signed_in.post(url("report_status", li), status(status="deceased", sure="on"))

    assert (at_once.status_code, list(at_once.context["form"].errors), before) == (422, ["sure"], 0)
    assert (told.status_code, li.reports.get().status) == (302, "deceased")


def test_a_status_of_yesterday_keeps_both_times(signed_in, li):
    signed_in.post(url("report_status", li), status(happened_at="2026-03-04T19:40"))

    report = li.reports.get()
    assert (report.happened_at.isoformat(), report.entered_at) == (
        "2026-03-04T11:40:00+00:00",
        NOON + timedelta(hours=1),
    )


def test_the_same_status_form_sent_twice_is_one_report(signed_in, li):
    form = status()

    signed_in.post(url("report_status", li), form)
    signed_in.post(url("report_status", li), form)

    assert (li.reports.count(), li.flags.count()) == (1, 1)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"status": ""}, "status"),
        ({"status": "duplicate"}, "status"),
        ({"happened_at": "2026-03-06T12:00"}, "happened_at"),
        ({"happened_at": "yesterday"}, "happened_at"),
        ({"happened_at": "0001-01-01T00:00"}, "happened_at"),
        ({"note": "长" * 401}, "note"),
        ({"works_in": "桃花源"}, "works_in"),
    ],
)
def test_a_status_that_cannot_be_is_refused_beside_its_field(signed_in, li, typed, field):
    response = signed_in.post(url("report_status", li), status(**typed))

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert li.reports.count() == 0


def test_every_page_is_logged_as_a_look(signed_in, li):
    for page in ("worker", "verify", "report_status"):
        signed_in.get(url(page, li))

    assert looks(li) == [("opened_record", "")] * 3
