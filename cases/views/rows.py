"""The way to one case: inside the area or not at all, only for those who open records, and never unseen."""

from django.shortcuts import get_object_or_404
from django.utils import timezone

from areas.ranges import Level, code_at
from areas.selectors import place_name
from cases.models import Case
from staff.models import AccessLog, User
from staff.network import address_of
from staff.roles import RECORD_READERS
from staff.services import log_access
from workers.policies import check_can_open_record

# names of places come from the gazetteer in memory
RELATED = ("worker__household", "worker__journal_head", "owner", "closed_by")


def find_case(request, case_id: int) -> Case:
    """404 where the user reads no records: there it does not exist."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related(*RELATED), pk=case_id)
    check_can_open_record(request.user, case.worker)
    return case


def open_file(request, case_id: int) -> Case:
    """For every page that shows the record: the opening is logged."""
    case = find_case(request, case_id)
    log_access(request.user, case.worker_id, AccessLog.What.OPENED_RECORD, timezone.now(), ip=address_of(request))
    return case


def place_for(user: User, code: int) -> str:
    """With its township for whoever serves more than one: many villages share a name."""
    home, township = user.home_area_as(*RECORD_READERS), code_at(code, Level.TOWNSHIP)
    is_near = home is not None and home.level in (Level.TOWNSHIP, Level.VILLAGE)
    names = [code] if is_near or township == code else [township, code]
    return " ".join(place_name(name) for name in names)
