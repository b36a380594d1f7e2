"""How a text is worded is a setting: looked at first, refused where it would fail, kept with its history."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from kit.refusals import Refusal
from notifications import rewording, services, templates
from notifications.models import Wording
from notifications.rules.placeholders import SAMPLE
from staff.refusals import NotForAll
from tests.cases.pages import switch_of
from tests.notifications.texts import ASK
from tests.staff.factories import BIJIE, UserFactory
from tests.workers.factories import NOON, WorkerFactory

pytestmark = pytest.mark.django_db

KEY = "letter_ready"
ADDRESS = f"/settings/texts/{KEY}/"
ZH = "{name}您好，推荐信{serial}好了，请到乡镇领取。"
EN = "{name}, your letter {serial} is ready at the township centre."
CONTEXT = {"serial": "001", "employer": "厂", "valid_until": NOON.date()}


@pytest.fixture
def administrator():
    return UserFactory(administrator=True, posted=BIJIE, language="en", display_name="Root")


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def reword(by, zh=ZH, en=EN, seen=None, key=KEY):
    return rewording.reword(key=key, zh=zh, en=en, seen=seen, by=by, at=NOON)


def queue(dedupe="a"):
    worker = WorkerFactory(name="李国琴")
    return services.queue_message(worker=worker, template=KEY, context=CONTEXT, dedupe_key=dedupe, at=NOON)


def test_a_new_wording_holds_for_texts_written_from_then_on(administrator):
    before = queue()

    reword(administrator)
    after = queue("b")

    before.refresh_from_db()
    assert "您的就业推荐信（001）已开具" in before.body
    assert after.body == "【织金就业】李国琴您好，推荐信001好了，请到乡镇领取。回复TD退订"


@pytest.mark.parametrize(
    ("zh", "words"),
    [
        ("{name}您好，{salary}。", "不认识{salary}"),
        ("{name}您好{", "多了一个"),
        ("{name.__class__}您好。", "看不懂{name.__class__}"),
        ("{name!r}您好。", "看不懂{name}"),
        ("{}您好，{name}。", "看不懂{}"),
        ("您好，推荐信{serial}好了。", "少了{name}"),
        ("{name}您好，您是脱贫户。", "敏感"),
        ("{name}您好，详见 www.example.com", "网址"),
        ("{name}您好" + "，请来领取推荐信" * 40, "太长"),
    ],
)
def test_a_wording_that_would_fail_is_refused_and_says_why(administrator, zh, words):
    with pytest.raises(Refusal) as refused:
        reword(administrator, zh=zh)

    with translation.override("zh-hans"):
        assert words in str(refused.value.message)
    assert Wording.objects.count() == 0


def test_a_question_says_what_one_and_two_mean(administrator):
    with pytest.raises(Refusal):
        reword(administrator, key=ASK, zh="{name}您好，来吗？", en="{name}, reply 1 if you come, 2 if you cannot.")


def test_the_auditor_reads_the_words_before_and_after(client, administrator):
    first = reword(administrator)
    with pytest.raises(rewording.RewordedMeanwhile):
        reword(administrator, zh=ZH + "谢谢。")
    reword(administrator, zh=ZH + "谢谢。", seen=first.pk)
    client.force_login(UserFactory(auditor=True, language="en"))

    lines = client.get("/changes-of-settings/").context["lines"]

    english = templates.get(KEY).texts["en"]
    assert [line.what for line in reversed(lines)] == [f"Now: {EN} Before: {english}", f"Now: {ZH}谢谢。 Before: {ZH}"]
    assert {(line.about, line.by) for line in lines} == {(f"Text: {templates.title_of(KEY)}", "Root")}


def test_two_who_reword_at_once_do_not_overwrite_each_other(administrator):
    first = reword(administrator)

    with pytest.raises(rewording.RewordedMeanwhile):
        reword(administrator, zh=ZH + "谢谢。")

    assert reword(administrator) == first
    assert reword(administrator, zh=ZH + "谢谢。", seen=first.pk).replaces == first


def test_only_administrators_reword():
    with pytest.raises(Refusal):
        reword(UserFactory(supervisor=True))


def test_an_administrator_of_a_county_rewords_nothing_for_the_others(client):
    of_a_county = UserFactory(administrator=True)
    client.force_login(of_a_county)

    with pytest.raises(NotForAll):
        reword(of_a_county)
    assert client.get(ADDRESS).status_code == 200
    assert client.post(ADDRESS, {"zh": ZH, "en": EN}).status_code == 403
    assert client.post(f"{ADDRESS}first/").status_code == 403


def test_the_history_only_grows(administrator):
    reword(administrator)

    for statement in ("UPDATE notifications_wording SET zh = 'x'", "DELETE FROM notifications_wording"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_wording_that_no_longer_fits_after_an_update_does_not_count(administrator):
    Wording.objects.create(template=KEY, zh="{name}：{gone}", en="{name}: {gone}", by=administrator, since=NOON)

    assert "您的就业推荐信（001）已开具" in queue().body


@pytest.mark.parametrize("key", [key for key in templates.all_keys() if not key.startswith("test_")])
def test_every_text_can_be_looked_at_and_saved_as_it_is(administrator, key):
    template = templates.get(key)

    assert template.fields <= SAMPLE.keys()
    assert reword(administrator, key=key, zh=template.texts["zh-hans"], en=template.texts["en"]).template == key


# ---- pages ---------------------------------------------------------------------------------------------------------


def test_looking_first_shows_both_languages_with_their_parts_and_sets_nothing(admin):
    page = admin.post(ADDRESS, {"zh": ZH, "en": EN, "look": "1"})
    switched = admin.post("/preferences/", switch_of(page) | {"theme": "dark"}, follow=True)

    for look in (page, switched):
        assert [(letter.language, letter.parts) for letter in look.context["looked_at"]] == [("zh-hans", 1), ("en", 2)]
    assert "【毕节就业】王建国您好，推荐信织就荐〔2026〕0186好了" in page.content.decode()
    assert Wording.objects.count() == 0


def test_setting_it_says_since_when_and_by_whom_and_it_can_be_taken_back(admin):
    admin.post(ADDRESS, {"zh": f" {ZH}\n", "en": EN})
    page = admin.get(ADDRESS)
    listed = admin.get("/settings/texts/").content.decode()

    (row,) = page.context["history"]
    assert (row.zh, str(row.by), page.context["text"].set_by) == (ZH, "Root", row)
    assert "推荐信织就荐〔2026〕0186好了" in listed

    admin.post(f"{ADDRESS}first/")
    assert rewording.in_force(KEY) == dict(templates.get(KEY).texts)
    assert len(admin.get(ADDRESS).context["history"]) == 2


def test_what_was_typed_stays_when_it_is_refused(admin):
    page = admin.post(ADDRESS, {"zh": "{name}{salary}", "en": EN})

    assert page.status_code == 422
    assert page.context["form"]["zh"].value() == "{name}{salary}"


@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("supervisor", 200), ("village_cadre", 403)])
def test_who_oversees_reads_the_wordings_and_sets_none(client, role, status):
    client.force_login(UserFactory(**{role: True}))

    read, change = client.get(ADDRESS), client.post(ADDRESS, {"zh": ZH, "en": EN})

    assert (read.status_code, change.status_code, Wording.objects.count()) == (status, 403, 0)


def test_a_text_that_does_not_exist_is_not_found(admin):
    assert [admin.get(f"/settings/texts/{key}/").status_code for key in ("nothing", "x")] == [404, 404]
