import pytest
from cases.models import *
from tests.cases.factories import CaseFactory

@pytest.mark.django_db
@pytest.mark.parametrize("trait,state,step", [("contacted","contacted","refer"),("referred","referred","result"),("placed","placed","travel"),("nearby","placed","follow_up"),("transported","transported","follow_up"),("settled","settled",None),("closed","closed",None)])
def test_it(trait, state, step):
    case = CaseFactory(**{trait: True})
    assert case.state == state
    assert [i.step for i in case.work_items.open()] == ([step] if step else [])
    for i in case.work_items.order_by("pk"): print(i.step, i.state, i.due_at, i.not_before, i.reason_text)
    from workers.invariants import violations
    assert {k: v for k, v in violations() if v} == {}
    from workers import journal
    from workers.journal_words import sentence
    assert journal.verify(case.worker) == []
    for l in case.worker.journal_lines.order_by("seq"): print(l.what, sentence(l.what, l.data))
