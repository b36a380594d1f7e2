"""Cases chosen for a deed of a later stage: kept while somebody looks at what would come of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cases.models import Selection
from kit.locks.sweeping import forget
from staff.models import User

LOOKED_AT_FOR = timedelta(days=2)


def keep_selection(*, case_ids: Iterable[int], query: str, by: User, at: datetime) -> Selection:
    ids = list(dict.fromkeys(case_ids))
    return Selection.objects.create(case_ids=ids, query=query, made_by=by, made_at=at)


def forget_selections(*, at: datetime) -> int:
    return forget(Selection.objects.filter(made_at__lt=at - LOOKED_AT_FOR), what="Selections forgotten")
