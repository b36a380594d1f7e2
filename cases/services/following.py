"""Whose case has to do with the news that a list brings of many people at once."""

from collections.abc import Iterable
from datetime import datetime

from cases.contact.outcomes import AT_WORK, what_news_closes
from cases.models import Case
from cases.services.opening import LATEST_FIRST, is_old
from kit.sql import any_of
from workers.services import News


def whose_case_follows(news: Iterable[News], *, at: datetime) -> set[int]:
    """Keys of workers. For the others the case stays as it is, or begins by a flag. One query.

    The caller holds their cases and their rows."""
    asking = {one.worker_id: one for one in news if one.flags or (one.status and what_news_closes(one.status)[1])}
    if not asking:
        return set()
    cases = Case.objects.filter(any_of("worker_id", asking)).order_by("worker_id", *LATEST_FIRST).distinct("worker_id")
    return {case.worker_id for case in cases if _follows(case, asking[case.worker_id], at)}


def _follows(case: Case, news: News, at: datetime) -> bool:
    """It is closed, taken up again, or its cadre is told."""
    if news.status and case.state in what_news_closes(news.status)[1]:
        return True
    if not news.flags:
        return False
    return case.state in AT_WORK if case.is_open else not is_old(case, at)
