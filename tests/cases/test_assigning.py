from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from areas.models import Area
from cases import services
from cases.models import Case
from cases.refusals import CaseEnded, OwnerOutsideArea
from cases.services import Verdict
from staff.refusals import NotAllowed
from tests.cases.factories import NOON, CaseFactory
from tests.staff.factories import DAFANG_VILLAGE, HUAQI_VILLAGE, MAOCHANG, YANJIAO, UserFactory
from tests.workers.factories import WorkerFactory
from workers import journal
from workers.journal import words

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=6)


def assert_owned(case, owner):
    case = Case.objects.get(pk=case.pk)
    assert (case.owner, case.work_items.open().get().owner) == (owner, owner)


def test_assigned_case_and_item_change_hands(cadre, colleague, township):
    case = CaseFactory(owner=cadre)

    services.assign(case=case, owner=colleague, by=township, at=LATER)

    assert_owned(case, colleague)
    line = case.worker.journal_lines.newest_first().first()
    assert (line.what, line.data["owner_id"]) == ("case_assigned", colleague.pk)


def test_same_owner_again_leaves_no_line(cadre, township):
    case = CaseFactory(owner=cadre)
    lines = case.worker.journal_lines.count()

    services.assign(case=case, owner=cadre, by=township, at=LATER)

    assert case.worker.journal_lines.count() == lines


def test_case_can_be_taken_from_everybody(cadre, township):
    case = CaseFactory(owner=cadre)

    services.assign(case=case, owner=None, by=township, at=LATER)

    assert_owned(case, None)
    line = case.worker.journal_lines.newest_first().first()
    assert words.sentence(line.what, line.data) == "交回乡镇，还没有责任人。"
    assert words.sentence(line.what, {"owner": "王芳"}) == "责任人：王芳。"


def test_owner_must_serve_where_the_worker_lives(township):
    case = CaseFactory()
    others = [
        UserFactory(village_cadre=True, posted=YANJIAO),
        UserFactory(fair_organiser=True),
        UserFactory(village_cadre=True, ends_on=NOON.date() - timedelta(days=1)),
        UserFactory(village_cadre=True, is_active=False),
    ]

    for other in others:
        with pytest.raises(OwnerOutsideArea):
            services.assign(case=case, owner=other, by=township, at=LATER)

    assert_owned(case, None)


@pytest.mark.parametrize("who", ["cadre", "auditor", "neighbour", "stranger"])
def test_only_township_and_supervisors_of_the_place_assign(request, who, colleague):
    with pytest.raises(NotAllowed):
        services.assign(case=CaseFactory(), owner=colleague, by=request.getfixturevalue(who), at=LATER)


def test_ended_case_is_not_assigned(cadre, township):
    with pytest.raises(CaseEnded):
        services.assign(case=CaseFactory(closed=True), owner=cadre, by=township, at=LATER)


def test_every_row_gets_its_verdict_in_the_order_asked(cadre, colleague, township):
    mine, given, closed = CaseFactory(owner=cadre), CaseFactory(owner=colleague), CaseFactory(closed=True)
    village_beside = CaseFactory(worker=WorkerFactory(unemployed=True, area=YANJIAO))
    elsewhere = CaseFactory(worker=WorkerFactory(unemployed=True, area=HUAQI_VILLAGE))
    asked = [elsewhere.pk, mine.pk, given.pk, closed.pk, village_beside.pk, 0, mine.pk]

    results = services.reassign_many(case_ids=asked, owner=colleague, by=township, at=LATER)

    assert [(row.case_id, row.verdict) for row in results] == [
        (elsewhere.pk, Verdict.NOT_FOUND),
        (mine.pk, Verdict.ASSIGNED),
        (given.pk, Verdict.UNCHANGED),
        (closed.pk, Verdict.ENDED),
        (village_beside.pk, Verdict.OWNER_OUTSIDE_AREA),
        (0, Verdict.NOT_FOUND),
    ]
    assert_owned(mine, colleague)
    assert_owned(elsewhere, None)
    assert journal.verify(mine.worker) == []


def test_cadre_of_the_same_village_may_see_but_not_reassign(cadre, colleague):
    case = CaseFactory(owner=cadre)

    results = services.reassign_many(case_ids=[case.pk], owner=colleague, by=cadre, at=LATER)

    assert [row.verdict for row in results] == [Verdict.NOT_ALLOWED]
    assert_owned(case, cadre)


def test_many_rows_cost_no_more_statements_than_one(cadre, colleague, township):
    one, *more = [CaseFactory(owner=cadre) for _ in range(6)]
    assert township.current_postings  # as the middleware has read them

    with CaptureQueriesContext(connection) as few:
        services.reassign_many(case_ids=[one.pk], owner=colleague, by=township, at=LATER)
    with CaptureQueriesContext(connection) as many:
        services.reassign_many(case_ids=[case.pk for case in more], owner=colleague, by=township, at=LATER)

    assert len(many) == len(few)


def test_more_rows_than_a_chunk_are_all_done(cadre, colleague, township, monkeypatch):
    monkeypatch.setattr("cases.services.assigning.CHUNK", 2)
    cases = [CaseFactory(owner=cadre) for _ in range(5)]

    results = services.reassign_many(case_ids=[c.pk for c in cases], owner=colleague, by=township, at=LATER)

    assert [row.verdict for row in results] == [Verdict.ASSIGNED] * 5


def test_leave_hands_over_what_lies_in_the_area(cadre, colleague, supervisor):
    mine, ended = CaseFactory(owner=cadre), CaseFactory(owner=cadre, closed=True)
    outside = CaseFactory(worker=WorkerFactory(unemployed=True, area=HUAQI_VILLAGE))
    Case.objects.filter(pk=outside.pk).update(owner=cadre)
    area = Area.objects.get(pk=MAOCHANG)

    results = services.hand_over_owner(from_user=cadre, to_user=colleague, area=area, by=supervisor, at=LATER)

    assert [(row.case_id, row.verdict) for row in results] == [(mine.pk, Verdict.ASSIGNED)]
    assert_owned(mine, colleague)
    assert Case.objects.get(pk=ended.pk).owner == cadre
    assert Case.objects.get(pk=outside.pk).owner == cadre


def test_nobody_hands_over_outside_their_area(cadre, colleague, neighbour):
    area = Area.objects.get(pk=MAOCHANG)

    with pytest.raises(NotAllowed):
        services.hand_over_owner(from_user=cadre, to_user=colleague, area=area, by=neighbour, at=LATER)


def test_case_next_door_is_not_found_even_for_a_supervisor(supervisor, colleague):
    case = CaseFactory(worker=WorkerFactory(unemployed=True, area=DAFANG_VILLAGE))

    results = services.reassign_many(case_ids=[case.pk], owner=colleague, by=supervisor, at=LATER)

    assert [row.verdict for row in results] == [Verdict.NOT_FOUND]
