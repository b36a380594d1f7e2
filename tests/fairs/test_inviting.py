"""Many people to one fair by one press: a preview, a result for each, and the whole taken back."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cases.choices import State
from cases.models import Case, WorkItem
from cases.services import close_case, forget_selections
from fairs import policies, services
from fairs.models import Fair, FairReferral, ReferralBatch
from fairs.refusals import BatchOver, CrowdWithoutLicence, FairClosed, LicenceMissing
from fairs.services import crowds, inviting, licence
from fairs.services.inviting import Verdict
from kit.days import local_day
from notifications.models import Message
from staff.models import User
from tests.cases.factories import CaseFactory
from tests.cases.pages import signed_in, switch_of, words_of
from tests.fairs.factories import NOON, FairFactory, ReferralFactory, contacted_case
from tests.fairs.pages import url_of
from tests.jobs.factories import VacancyFactory, placed_case
from tests.staff.factories import (
    DAFANG_VILLAGE,
    FENGPING,
    HUAQI,
    HUAQI_VILLAGE,
    MAOCHANG,
    ZHIJIN,
    UserFactory,
    area_of,
)
from workers import journal
from workers.invariants import violations
from workers.journal import words

pytestmark = pytest.mark.django_db

SOON, LATER = NOON + timedelta(minutes=5), NOON + timedelta(minutes=11)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def chief(db):
    return UserFactory(supervisor=True)


@pytest.fixture
def fair():
    return FairFactory(open=True)


def many(n=3):
    return [contacted_case() for _ in range(n)]


def refer(fair, people, by, at=NOON, **more):
    return services.refer_many(fair=fair, case_ids=[case.pk for case in people], by=by, at=at, **more)


def look_at(client, people, **more):
    """The page after the press under the list of cases."""
    return client.post(url_of("refer_many"), {"cases": [case.pk for case in people]} | more, follow=True)


def states(people):
    return [Case.objects.get(pk=case.pk).state for case in people]


def texts(template):
    return Message.objects.filter(template=template)


def catch_up(fair, at):
    return services.catch_up(fair_id=fair.pk, at=at)


def nothing_is_wrong():
    return [name for name, broken in violations() if broken] == []


# The verdicts


def test_each_person_gets_a_verdict_and_nobody_is_refused_for_another(fair, chief):
    going, uncalled, ended, away = contacted_case(), CaseFactory(), contacted_case(), contacted_case()
    close_case(case=ended, reason="moved", by=None, at=NOON)
    child = contacted_case(birth_date=NOON.date() - timedelta(days=365 * 15))
    waiting, here = ReferralFactory(fair=FairFactory(open=True)).case, ReferralFactory(fair=fair).case
    hired, outside = placed_case(vacancy=VacancyFactory()), contacted_case(area=area_of(DAFANG_VILLAGE))
    people = [going, uncalled, ended, child, waiting, here, hired, outside]

    batch = refer(fair, people, chief)

    assert batch.verdicts == {
        "referred": [going.pk], "not_contacted": [uncalled.pk], "ended": [ended.pk], "too_young": [child.pk],
        "waits_elsewhere": [waiting.pk], "was_here": [here.pk], "has_a_job": [hired.pk], "not_found": [outside.pk],
    }  # fmt: skip
    assert (states([going, away]), nothing_is_wrong()) == ([State.REFERRED, State.CONTACTED], True)


def test_who_lives_where_the_fair_does_not_serve_stays(chief):
    township, elsewhere = FairFactory(open=True, area=MAOCHANG), contacted_case(area=area_of(HUAQI_VILLAGE))

    assert refer(township, [elsewhere], chief).verdicts == {"not_served": [elsewhere.pk]}


def test_the_role_counts_where_the_person_lives(fair):
    cadre_there = UserFactory(village_cadre=True, posted=HUAQI_VILLAGE)
    cadre_there.postings.create(role="auditor", area=area_of(FENGPING), starts_on=NOON.date())
    case = contacted_case(area=area_of(FENGPING))

    assert refer(fair, [case], cadre_there).verdicts == {"not_allowed": [case.pk]}


def test_the_preview_says_what_the_press_will_do_and_writes_nothing(fair, chief):
    people = [*many(2), CaseFactory()]

    foreseen = services.verdicts_for(fair, [case.pk for case in people], by=chief, at=NOON)

    assert list(foreseen.values()) == ["referred", "referred", "not_contacted"]
    assert not FairReferral.objects.exists()
    assert refer(fair, people, chief).verdicts == {
        "referred": [c.pk for c in people[:2]],
        "not_contacted": [people[2].pk],
    }


def test_a_referral_made_with_many_is_the_one_made_alone(fair, chief):
    alone, together = many(2)

    services.refer_to_fair(fair=fair, case=alone, by=chief, at=NOON)
    refer(fair, [together], chief)

    def written(case):
        (row,) = case.fair_referrals.all()
        lines = [(line.what, line.data | {"case": 0}) for line in case.worker.journal_lines.in_order()]
        item = case.work_items.open().get()
        return (
            row.referred_at, row.referred_by, row.is_walk_in, row.wishes.count(), lines,
            (item.step, item.reason, item.reason_data, item.due_at, item.not_before, item.priority),
        )  # fmt: skip

    assert written(together) == written(alone)
    assert journal.verify(together.worker) == []


def test_codes_of_many_differ(fair, chief):
    refer(fair, many(20), chief)

    assert len(set(fair.referrals.values_list("code", flat=True))) == 20


def test_many_cost_as_many_statements_as_two(fair, chief):
    refer(fair, many(1), chief)
    some, people = many(2), many(12)
    with CaptureQueriesContext(connection) as few:
        refer(fair, some, chief)
    with CaptureQueriesContext(connection) as more:
        refer(fair, people, chief)

    assert len(more) == len(few)


def test_the_same_press_twice_is_one(fair, chief):
    people, once = many(2), uuid4()

    first, second = (refer(fair, people, chief, once=once) for _ in range(2))

    assert (first, ReferralBatch.objects.count(), fair.referrals.count()) == (second, 1, 2)


def test_a_large_choice_goes_in_chunks(fair, chief, monkeypatch):
    monkeypatch.setattr(inviting, "CHUNK", 2)
    people = many(5)

    assert (len(refer(fair, people, chief).verdicts["referred"]), states(people)) == (5, [State.REFERRED] * 5)


@pytest.mark.parametrize("gone_through", [0, 1])
def test_a_press_that_was_cut_off_is_finished_when_the_same_form_is_sent_again(fair, chief, monkeypatch, gone_through):
    """The process died before the first five hundred, or before those after them."""
    monkeypatch.setattr(inviting, "CHUNK", 2)
    people, once, whole = many(5), uuid4(), inviting._refer_chunk
    chunks = iter([whole] * gone_through)
    monkeypatch.setattr(inviting, "_refer_chunk", lambda *chunk, **said: next(chunks)(*chunk, **said))
    with pytest.raises(StopIteration):
        refer(fair, people, chief, once=once)
    monkeypatch.setattr(inviting, "_refer_chunk", whole)

    finished = refer(fair, people, chief, once=once)

    assert (sorted(finished.verdicts["referred"]), states(people)) == ([c.pk for c in people], [State.REFERRED] * 5)
    assert (ReferralBatch.objects.count(), fair.referrals.count()) == (1, 5)


def test_a_press_that_was_cut_off_and_taken_back_goes_no_further(fair, chief, monkeypatch):
    monkeypatch.setattr(inviting, "CHUNK", 2)
    people, once = many(3), uuid4()
    batch = refer(fair, people[:2], chief, once=once)
    services.take_back_batch(batch=batch, by=chief, at=SOON)

    refer(fair, people, chief, once=once)

    assert states(people) == [State.CONTACTED] * 3


def test_a_fair_that_takes_nobody_refuses(chief):
    with pytest.raises(FairClosed):
        refer(FairFactory(), many(1), chief)


# The texts


def test_the_texts_are_written_by_the_task_and_leave_ten_minutes_later(fair, chief):
    refer(fair, many(3), chief)
    assert (texts("fair_invited").count(), Fair.objects.get(pk=fair.pk).is_behind) == (0, True)

    counted = [catch_up(fair, SOON) for _ in range(2)]

    assert (counted, Fair.objects.get(pk=fair.pk).is_behind) == ([3, 0], False)
    assert set(texts("fair_invited").values_list("not_before", flat=True)) == {NOON + crowds.TEXTS_AFTER}


def test_a_second_press_while_the_first_is_told_is_not_forgotten(fair, chief, monkeypatch):
    refer(fair, many(1), chief)
    tell, more = crowds.tell_invited, many(1)

    def pressed_meanwhile(referral, **how):
        tell(referral, **how)
        monkeypatch.setattr(crowds, "tell_invited", tell)
        refer(fair, more, chief, at=SOON)

    monkeypatch.setattr(crowds, "tell_invited", pressed_meanwhile)
    catch_up(fair, SOON)
    assert Fair.objects.get(pk=fair.pk).is_behind

    catch_up(fair, SOON)

    assert (texts("fair_invited").count(), Fair.objects.get(pk=fair.pk).is_behind) == (2, False)


def test_who_was_told_of_a_change_is_left_in_peace_by_a_later_batch(fair, chief):
    for _ in range(2):
        ReferralFactory(fair=fair)
    services.change_fair(fair=fair, fields={"venue": "文腾广场"}, by=fair.organiser, at=NOON)

    refer(fair, many(1), chief, at=SOON)

    assert catch_up(fair, SOON) == 1


def test_a_large_crowd_is_told_of_a_change_once(fair, chief, monkeypatch):
    monkeypatch.setattr(crowds, "AT_ONCE", 1)
    for _ in range(3):
        ReferralFactory(fair=fair)
    services.change_fair(fair=fair, fields={"venue": "文腾广场"}, by=fair.organiser, at=NOON)
    told = catch_up(fair, NOON)

    refer(fair, many(1), chief, at=SOON)

    assert (told, catch_up(fair, SOON)) == (3, 1)


def test_who_comes_in_a_later_chunk_is_invited_though_the_first_is_told_already(fair, chief, monkeypatch):
    monkeypatch.setattr(inviting, "CHUNK", 2)
    leave_for_later = crowds.leave_for_later

    def told_at_once(behind):
        leave_for_later(behind)
        catch_up(behind, NOON)

    monkeypatch.setattr(crowds, "leave_for_later", told_at_once)

    refer(fair, many(5), chief)

    assert texts("fair_invited").count() == 5


# The police


def test_a_crowd_that_makes_a_small_fair_large_needs_the_police_to_have_been_asked(fair, chief, monkeypatch):
    monkeypatch.setattr(licence, "LICENSED_FROM", 3)
    people = many(4)
    refer(fair, people[:2], chief)

    with pytest.raises(CrowdWithoutLicence):
        refer(fair, people[2:], chief)
    with pytest.raises(CrowdWithoutLicence):
        services.refer_to_fair(fair=fair, case=people[2], by=chief, at=NOON)
    assert (states(people[2:]), ReferralBatch.objects.count()) == ([State.CONTACTED] * 2, 1)

    Fair.objects.filter(pk=fair.pk).update(licence_no="毕公治许〔2026〕3号")
    refer(Fair.objects.get(pk=fair.pk), people[2:], chief)
    assert states(people[2:]) == [State.REFERRED] * 2


def test_a_fair_that_its_list_made_large_opens_its_doors_only_with_the_licence(fair, chief, monkeypatch):
    monkeypatch.setattr(licence, "LICENSED_FROM", 3)
    applied_on = local_day(fair.starts_at) - timedelta(days=25)
    Fair.objects.update(licence_applied_on=applied_on, starts_at=NOON, expected=2)
    fair.refresh_from_db()
    refer(fair, many(4), chief)

    with pytest.raises(LicenceMissing):
        services.start_fair(fair=fair, by=chief, at=NOON)
    with pytest.raises(LicenceMissing):
        services.change_fair(fair=fair, fields={"licence_applied_on": None}, by=chief, at=NOON)

    assert "police licence applied for" in words_of(signed_in(chief).get(url_of("fair", fair.pk)))


def test_once_the_doors_are_open_a_licence_that_was_only_asked_for_sends_no_crowd(fair, chief, monkeypatch):
    monkeypatch.setattr(licence, "LICENSED_FROM", 3)
    applied = {"licence_applied_on": local_day(fair.starts_at) - timedelta(days=25), "starts_at": NOON}
    Fair.objects.update(**applied, state="running")
    running, people = Fair.objects.get(), many(3)

    with pytest.raises(CrowdWithoutLicence):
        refer(running, people, chief)
    services.refer_to_fair(fair=running, case=people[0], by=chief, at=NOON)

    assert states(people) == [State.REFERRED, State.CONTACTED, State.CONTACTED]


def test_the_database_opens_no_doors_to_a_crowd_without_a_licence(fair, chief):
    refer(fair, many(2), chief)
    with connection.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE FUNCTION fairs_crowd() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2'")

    with pytest.raises(IntegrityError, match="a crowd meets only with a licence"), transaction.atomic():
        Fair.objects.filter(pk=fair.pk).update(state="running")
    Fair.objects.filter(pk=fair.pk).update(state="running", licence_no="毕公治许〔2026〕3号")


def test_the_page_says_so_and_sends_nobody(fair, chief, monkeypatch):
    monkeypatch.setattr(licence, "LICENSED_FROM", 2)
    people = many(2)
    client = signed_in(chief)

    page = client.post(look_at(client, people).request["PATH_INFO"], {"fair": fair.pk})

    assert (page.status_code, type(page.context["refusal"])) == (409, CrowdWithoutLicence)
    assert not FairReferral.objects.exists()


# Taking it back


def test_taken_back_at_once_nobody_hears_of_it(fair, chief):
    people = many(3)
    batch = refer(fair, people, chief)
    catch_up(fair, NOON)

    services.take_back_batch(batch=batch, by=chief, at=SOON)

    assert (states(people), fair.referrals.expected().count()) == ([State.CONTACTED] * 3, 0)
    assert set(texts("fair_invited").values_list("state", flat=True)) == {"suppressed"}
    assert (texts("fair_taken_back").count(), nothing_is_wrong()) == (0, True)


def late_ones(n=2):
    """Spoken to, recommended to nothing, and their time limit ran out; taken up to the county."""
    people = many(n)
    limit = {
        "due_at": NOON - timedelta(days=13),
        "escalation_level": 2,
        "escalated_at": NOON - timedelta(days=3),
        "escalates_at": None,
    }
    WorkItem.objects.open().filter(case__in=people).update(**limit)
    return people


def clocks(people):
    items = WorkItem.objects.open().filter(case__in=people).order_by("case")
    return list(items.values_list("due_at", "escalation_level", "escalated_at", "escalates_at", "reason", "opened_at"))


@pytest.mark.parametrize("days", [0, 3])
def test_who_was_late_is_late_again_when_the_press_is_taken_back(fair, chief, days):
    people = [*late_ones(), *many(1)]
    before = clocks(people)
    batch = refer(fair, people, chief)

    services.take_back_batch(batch=batch, by=chief, at=NOON + timedelta(days=days))

    assert (clocks(people), states(people)) == (before, [State.CONTACTED] * 3)
    assert said_last(people[0]) == "Recommendation taken back."


def test_who_was_late_is_late_again_when_the_fair_is_cancelled(fair, chief, organiser):
    late, in_time = late_ones(1), many(1)
    refer(fair, [*late, *in_time], chief)
    at = NOON + timedelta(days=1)

    services.cancel_fair(fair=fair, why="大雪", by=organiser, at=at)

    ((due_at, level, *_),), ((due_later, *_),) = clocks(late), clocks(in_time)
    assert (due_at, level, due_later > at) == (NOON - timedelta(days=13), 2, True)
    assert said_last(late[0]) == f"{fair.title} was cancelled, please recommend another job."


def said_last(case) -> str:
    """Of the case itself."""
    kinds = ("referral_undone", "referral_called_off")
    line = case.worker.journal_lines.filter(what__in=kinds).latest("pk")
    with translation.override("en"):
        return words.sentence(line.what, line.data)


def test_taken_back_before_the_texts_were_even_written(fair, chief):
    batch = refer(fair, many(2), chief)

    services.take_back_batch(batch=batch, by=chief, at=SOON)
    catch_up(fair, LATER)

    assert Message.objects.filter(template__startswith="fair_").count() == 0


def test_who_has_been_told_is_told_that_they_need_not_go(fair, chief):
    batch = refer(fair, many(1), chief)
    catch_up(fair, NOON)
    texts("fair_invited").update(state="sent", sent_at=LATER, gateway="sandbox", gateway_ref="1")

    services.take_back_batch(batch=batch, by=chief, at=LATER)

    assert texts("fair_taken_back").count() == 1


def test_a_large_batch_is_taken_back_by_the_task(fair, chief, monkeypatch):
    monkeypatch.setattr(crowds, "AT_ONCE", 2)
    people = many(5)
    batch = refer(fair, people, chief)

    services.take_back_batch(batch=batch, by=chief, at=SOON)
    assert states(people).count(State.CONTACTED) == 2
    catch_up(fair, LATER)

    assert (states(people), Fair.objects.get(pk=fair.pk).is_behind) == ([State.CONTACTED] * 5, False)
    assert Message.objects.filter(template__startswith="fair_").count() == 0


def test_others_of_the_fair_stay_on_its_list(fair, chief):
    guest, batch = ReferralFactory(fair=fair), refer(fair, many(1), chief)

    services.take_back_batch(batch=batch, by=chief, at=SOON)
    services.take_back_batch(batch=batch, by=chief, at=SOON)

    assert list(fair.referrals.current()) == [guest]


def test_open_doors_take_nothing_back(chief):
    running = FairFactory(running=True)
    batch = refer(running, many(1), chief)

    with pytest.raises(BatchOver):
        services.take_back_batch(batch=batch, by=chief, at=SOON)


def moved_to(user, role, area):
    """Their postings are over; from now on they serve elsewhere, or otherwise."""
    user.postings.all().delete()
    user.postings.create(role=role, area=area_of(area), starts_on=NOON.date())
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("role,area", [("township_cadre", HUAQI), ("auditor", ZHIJIN)])
def test_who_no_longer_serves_the_people_takes_nobody_back(fair, role, area):
    cadre = UserFactory(township_cadre=True)
    people = many(2)
    batch, now = refer(fair, people, cadre), moved_to(cadre, role, area)

    page, answer = (
        signed_in(now).get(url_of("batch", batch.pk)),
        signed_in(now).post(url_of("take_back_batch", batch.pk)),
    )

    assert (page.context["can_take_back"], answer.status_code, states(people)) == (False, 403, [State.REFERRED] * 2)


def test_who_sent_them_and_who_runs_the_fair_may_take_them_back(fair, organiser, neighbour):
    cadre = UserFactory(township_cadre=True)

    allowed = [policies.can_take_back(user, refer(fair, many(1), cadre)) for user in (cadre, organiser, neighbour)]

    assert allowed == [True, True, False]


# The pages


def test_people_are_referred_by_filter_with_a_preview_a_result_for_each_and_undo(fair, chief):
    people, uncalled, client = many(3), CaseFactory(), signed_in(chief)
    asked = {"everything": "on", "query": f"area={MAOCHANG}"}

    preview = client.post(url_of("refer_many"), asked, follow=True)
    untouched = fair.referrals.count()
    done = client.post(preview.request["PATH_INFO"], {"fair": fair.pk}, follow=True)
    back = client.post(url_of("take_back_batch", ReferralBatch.objects.get().pk), follow=True)

    assert (preview.context["chosen"], preview.context["done"], preview.context["refused"], untouched) == (4, 3, 1, 0)
    assert "Refer 3 people to 织金县春风行动专场招聘会?" in words_of(preview)
    assert "3 people referred to 织金县春风行动专场招聘会" in words_of(done)
    assert next((row["name"], row["is_done"]) for row in done.context["rows"]) == (uncalled.worker.name, False)
    assert "Nobody has spoken to them yet" in words_of(done)
    assert ("Taken back" in words_of(back), states(people)) == (True, [State.CONTACTED] * 3)
    assert "3 people referred" not in words_of(back)
    assert (back.context["done"], back.context["refused"], [r["words"] for r in back.context["rows"]]) == (
        0, 4, ["Nobody has spoken to them yet", *["Taken back"] * 3],
    )  # fmt: skip


def test_another_language_comes_back_to_the_look_at_those_chosen(fair, chief):
    """Chosen by hand and looked at for one of two fairs: nobody chooses again, and nobody is referred by the switch."""
    FairFactory(open=True, title="第二场", day=NOON.date() + timedelta(days=9))
    client = signed_in(chief)

    preview = client.get(look_at(client, many(2)).request["PATH_INFO"], {"fair": fair.pk})
    answer = client.post("/preferences/", switch_of(preview) | {"language": "zh-hans"}, follow=True)

    assert (answer.status_code, answer.context["fair"], answer.context["done"]) == (200, fair, 2)
    assert ("推荐" in words_of(answer), fair.referrals.count()) == (True, 0)


def test_who_comes_from_a_fair_looks_at_that_fair_first_and_only_once(fair, chief):
    FairFactory(open=True, title="第二场", day=NOON.date() + timedelta(days=9))
    client, people = signed_in(chief), many(2)

    link = url_of("choose_people", fair.pk)
    assert f'href="{link}"' in client.get(url_of("fair", fair.pk)).content.decode()
    listed = client.get(link, follow=True)
    looks = [look_at(client, people).context["fair"] for _ in range(2)]

    assert (listed.request["PATH_INFO"], looks) == ("/cases/", [fair, None])


def test_the_list_says_for_which_fair_people_are_chosen_until_they_are_or_somebody_stops(fair, chief):
    client, said = signed_in(chief), f"Choosing people for: {fair.title}"

    def listed():
        return said in words_of(client.get("/cases/", {"state": "contacted"}))

    client.get(url_of("choose_people", fair.pk))
    seen = [listed()]
    look_at(client, many(1))
    seen.append(listed())
    client.get(url_of("choose_people", fair.pk))
    stopped = client.post(url_of("stop_choosing", fair.pk))
    seen.append(listed())

    assert (seen, stopped.headers["Location"]) == ([True, False, False], url_of("fair", fair.pk))


def test_where_several_fairs_take_people_somebody_has_to_choose_one(fair, chief):
    later, people = FairFactory(open=True, title="第二场", day=NOON.date() + timedelta(days=9)), many(2)
    client = signed_in(chief)

    page = look_at(client, people)
    sure = client.post(page.request["PATH_INFO"])
    chosen = client.get(page.request["PATH_INFO"], {"fair": later.pk})

    assert ("Refer 2 people to which fair?" in words_of(page), page.context["fair"]) == (True, None)
    assert (sure.status_code, "Choose a fair." in words_of(sure), ReferralBatch.objects.count()) == (422, True, 0)
    assert (chosen.context["fair"], chosen.context["done"]) == (later, 2)


def test_a_batch_half_taken_back_says_who_is_still_on_the_list(fair, chief, monkeypatch):
    monkeypatch.setattr(crowds, "AT_ONCE", 2)
    batch = services.take_back_batch(batch=refer(fair, many(5), chief), by=chief, at=SOON)

    standing = services.standing_of(batch)

    counted = (Verdict.REFERRED, Verdict.BEING_TAKEN_BACK, Verdict.TAKEN_BACK)
    assert [len(standing[verdict]) for verdict in counted] == [0, 3, 2]


def test_a_batch_being_taken_back_says_how_far_it_is_until_all_are_off_the_list(fair, chief, monkeypatch):
    monkeypatch.setattr(crowds, "AT_ONCE", 2)
    batch, client = refer(fair, many(5), chief), signed_in(chief)
    url, going = url_of("batch", batch.pk), "Being taken back: 2 of 5 are done."

    pages = [client.post(url_of("take_back_batch", batch.pk), follow=True), client.get(url)]
    services.catch_up(fair_id=fair.pk, at=LATER)
    after = client.get(url)

    assert [(going in words_of(page), 'hx-trigger="every 5s"' in page.content.decode()) for page in pages] == [
        (True, True)
    ] * 2
    assert "Everybody who had not come is back" not in words_of(pages[1])
    assert ("Being taken back" in words_of(after), "Everybody who had not come is back" in words_of(after)) == (
        False, True
    )  # fmt: skip


def test_the_look_has_an_address_that_can_be_opened_again_before_and_after(fair, chief, organiser):
    people, client = many(2), signed_in(chief)

    first = look_at(client, people)
    address = first.request["PATH_INFO"]
    again = client.get(address)
    done = client.post(address, {"fair": fair.pk}, follow=True)
    back = client.get(address)

    assert (first.redirect_chain, again.context["done"]) == ([(address, 302)], 2)
    assert (done.request["PATH_INFO"], back.status_code) == (url_of("batch", ReferralBatch.objects.get().pk), 200)
    assert (back.context["done"], "Is on the list of this fair already 2 Nothing to do." in words_of(back)) == (0, True)
    assert signed_in(UserFactory(supervisor=True)).get(address).status_code == 404


def test_a_fair_that_closed_during_the_look_is_not_taken_for_another(fair, chief):
    FairFactory(open=True, title="第二场", day=NOON.date() + timedelta(days=9))
    client = signed_in(chief)
    look = look_at(client, many(1))
    Fair.objects.filter(pk=fair.pk).update(state="planned")

    answer = client.post(look.request["PATH_INFO"], {"fair": fair.pk})

    assert (answer.status_code, ReferralBatch.objects.count()) == (422, 0)
    assert "This fair takes no more people." in words_of(answer)


def test_what_was_looked_at_is_forgotten_after_two_days(chief):
    client, look = signed_in(chief), look_at(signed_in(chief), many(1)).request["PATH_INFO"]

    forget_selections(at=NOON + timedelta(days=1))
    kept = client.get(look).status_code
    forget_selections(at=NOON + timedelta(days=3))

    assert (kept, client.get(look).status_code) == (200, 404)


@pytest.mark.parametrize("asked", [{}, {"cases": ["²"]}])
def test_nothing_chosen_leads_back_to_the_list(chief, asked):
    answer = signed_in(chief).post(url_of("refer_many"), asked)

    assert (answer.status_code, answer.url) == (302, "/cases/")


def test_the_list_of_cases_offers_it_to_who_may(chief):
    many(1)

    shown = [
        f'formaction="{url_of("refer_many")}"' in signed_in(user).get("/cases/").content.decode()
        for user in (chief, UserFactory(village_cadre=True), UserFactory(auditor=True))
    ]

    assert shown == [True, True, False]


def test_a_batch_is_seen_by_who_made_it_and_who_runs_the_fair(fair, chief, organiser, cadre):
    batch = refer(fair, many(1), chief)

    seen = [signed_in(user).get(url_of("batch", batch.pk)).status_code for user in (chief, organiser, cadre)]

    assert seen == [200, 200, 404]


def test_looking_at_many_and_at_what_came_of_them_asks_no_more_queries_for_more_people(fair, chief):
    client, few, more = signed_in(chief), many(2), many(9)

    def asked(people):
        batch = refer(fair, people[1:], chief)
        with CaptureQueriesContext(connection) as looked:
            look_at(client, people)
        with CaptureQueriesContext(connection) as seen:
            client.get(url_of("batch", batch.pk))
        return len(looked), len(seen)

    asked(many(2))  # what a process asks once
    assert asked(few) == asked(more)


def test_the_door_asks_no_more_queries_for_more_people_of_one_name(chief):
    running = FairFactory(running=True)
    desk = signed_in(running.organiser)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            desk.post(url_of("check_in", running.pk), {"digits": "张"})
        return len(queries)

    for _ in range(2):
        ReferralFactory(fair=running, name="张强", came=True)
        contacted_case(name="张伟")
    asked()
    few = asked()
    for _ in range(5):
        ReferralFactory(fair=running, name="张强")
        contacted_case(name="张伟")

    assert asked() == few
