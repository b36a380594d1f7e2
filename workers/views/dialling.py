"""Ringing a worker up: the number is unmasked for that, and it is written down who asked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from staff.models import AccessLog
from staff.network import address_of
from staff.services import log_access
from workers.choices import RevealReason
from workers.forms.revealing import WHAT
from workers.models import Worker
from workers.rules import masks


class DialNow(HttpResponseClientRedirect):
    """Hands the number to the phone. It stands in no page, so nothing but the dialler sees it."""

    allowed_schemes = ["tel"]


def dial(request: HttpRequest, worker: Worker, *, back_url: str) -> HttpResponse:
    """For a POST of somebody who may see the number. The dialler opens at once; without scripts, by the link of a page
    that shows the number. `back_url` is the page they came from."""
    if not worker.can_be_called:
        messages.warning(request, _why_not(worker))
        return HttpResponseClientRedirect(back_url) if request.htmx else redirect(back_url)
    log_access(
        request.user, worker.pk, AccessLog.What.REVEALED_PHONE, now(), reason=RevealReason.CALL, ip=address_of(request)
    )
    if request.htmx:
        return DialNow(f"tel:{worker.phone}")
    number = worker.phone
    context = {"worker": worker, "what": "phone", "label": WHAT["phone"], "number": number, "back_url": back_url}
    told = {"grouped": masks.grouped(number), "fragment": "workers/_revealed.html"}
    return render(request, "workers/sheet_page.html", context | told)


def _why_not(worker: Worker) -> str:
    if worker.has_wrong_phone:
        return _("Somebody else answers at this number. Ask the family for the new one.")
    return _("No phone number is on record. Ask the family or visit.")
