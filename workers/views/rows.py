"""The way to one worker's record: inside the area or not at all, and never unseen."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.timezone import now

from staff.models import AccessLog
from staff.network import address_of
from staff.services import log_access
from workers import policies
from workers.models import Worker


def find_record(request: HttpRequest, worker_id: int, *, check=policies.check_can_open_record) -> Worker:
    """404 where the user reads no records; then `check`. For steps that show nothing of the record."""
    related = ("household", "journal_head", "last_verified_by")
    worker = get_object_or_404(Worker.objects.visible_to(request.user).select_related(*related), pk=worker_id)
    check(request.user, worker)
    return worker


def open_record(request: HttpRequest, worker_id: int, *, check=policies.check_can_open_record) -> Worker:
    """For every page that shows the record: the opening is logged."""
    worker = find_record(request, worker_id, check=check)
    log_access(request.user, worker.pk, AccessLog.What.OPENED_RECORD, now(), ip=address_of(request))
    return worker
