from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kit.days import local_day
from kit.pages import sent, status_of
from kit.refusals import Refusal
from staff import navigation
from staff.selectors import overseen_among
from staff.way_back import was_found
from workers import policies, record_page, selectors, services
from workers.forms import StatusForm, VerifyForm
from workers.models import Worker
from workers.views import rows


@login_required
@require_GET
def worker(request, worker_id: int):
    """The record of a worker, with or without a case."""
    person = rows.open_record(request, worker_id)
    lines = None if request.GET.get("lines") == "all" else selectors.TIMELINE_ROWS
    page = selectors.worker_page(person, request.user, today=local_day(now()), rows=lines)
    back_url = navigation.url_of("cases:find") if was_found(request) else page.better_url
    context = {
        "page": page, "worker": person, "back_url": back_url, "panels": record_page.panels_of(person),
        "overseen": overseen_among((look.user_id for look in page.looks), request.user),
        **_may(request.user, person),
    }  # fmt: skip
    return render(request, "workers/worker.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def verify(request, worker_id: int):
    person = rows.open_record(request, worker_id, check=policies.check_can_keep_record)
    form = VerifyForm(sent(request), worker=person, user=request.user)
    if not form.is_valid():
        return _verify_page(request, person, form, status=status_of(form))
    try:
        services.update_and_verify(
            worker=person, changes=form.changes(), by=request.user, at=now(), how=form.cleaned_data["how"]
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _verify_page(request, person, form, status=409)
    messages.success(request, _("Verified. Thank you for keeping the record true."))
    return redirect(record_page.url_of(person))


@login_required
@require_http_methods(["GET", "POST"])
def report_status(request, worker_id: int):
    person = rows.open_record(request, worker_id, check=policies.check_can_keep_record)
    form = StatusForm(sent(request), initial={"happened_at": timezone.localtime()})
    if not form.is_valid():
        return _status_page(request, person, form, status=status_of(form))
    services.report_status(worker=person, by=request.user, at=now(), **form.report())
    messages.success(request, _("Recorded: %(status)s") % {"status": Worker.Status(form.cleaned_data["status"]).label})
    return redirect(record_page.url_of(person))


def _verify_page(request, person: Worker, form: VerifyForm, *, status: int):
    context = {"form": form, "worker": person, **_may(request.user, person)}
    return render(request, "workers/verify.html", context, status=status)


def _status_page(request, person: Worker, form: StatusForm, *, status: int):
    return render(request, "workers/status.html", {"form": form, "worker": person}, status=status)


def _may(user, person: Worker) -> dict[str, bool]:
    return {
        "may_keep": policies.can_keep_record(user, person),
        "may_see_id": policies.can_reveal(user, person, "id_number"),
        "may_see_phone": policies.can_reveal(user, person, "phone"),
    }
