from functools import partial
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from kit.filters import FilterForm
from kit.pages import carry_out, read_number, sent, status_of
from kit.refusals import Refusal
from staff.decorators import staff_required
from workers import policies
from workers.imports import meanings, selectors, taking_back, uploads, workbook
from workers.imports.forms import ColumnsForm, DecisionForm, HeadingRowForm, RosterForm, StayingForm, VerdictFilter
from workers.imports.progress import is_checked, progress_of
from workers.models import RosterUpload


@staff_required(policies.check_can_import_rosters)
@require_http_methods(["GET", "POST"])
def send_roster(request):
    form = RosterForm(sent(request), request.FILES or None)
    if request.method == "GET":
        return _send_page(request, RosterForm())
    if not form.is_valid():
        return _send_page(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        upload = uploads.receive_roster(content=file.read(), file_name=file.name, by=request.user, at=now())
    except Refusal as refusal:
        return _send_page(request, RosterForm(), refusal=refusal, status=409)
    return redirect("workers:roster", upload.pk)


@login_required
@require_GET
def roster(request, upload_id):
    upload = _own_roster(request, upload_id)
    context = {"upload": upload, "crumbs": _crumbs(request, upload), "step": selectors.PAGE}
    if not upload.is_saved:
        uploads.refresh(upload, at=now())
        upload.refresh_from_db()
    if not upload.is_saved and upload.cut_at is None:
        return redirect("workers:roster_columns", upload.pk)
    if upload.is_being_saved or not (upload.is_saved or is_checked(upload)):
        return render(request, "workers/roster_saving.html", context | _under_way(upload))
    if upload.is_being_taken_back:
        return render(request, "workers/roster_taking_back.html", context | _being_taken_back(upload))
    form = VerdictFilter(request.GET, request.path)
    chosen, first = form.chosen.get("verdict", ""), form.chosen.get("first", 0)
    page = selectors.roster_page(upload, by=request.user, chosen=chosen, first=first)
    context |= {
        "page": page,
        "can_be_compared_anew": upload.started_at is None and upload.rows > uploads.REFRESHED,
        "can_be_taken_back": taking_back.can_be_taken_back(upload, at=now()),
        "undone": taking_back.undone_of(upload) if upload.taken_back_at else None,
        "query": form.url().removeprefix(request.path),
        "next_url": form.url(first=page.last) if page.last < page.found else "",
        "previous_url": form.url(first=page.previous) if page.first >= selectors.PAGE else "",
    }
    return render(request, "workers/roster.html", context)


def _crumbs(request, upload: RosterUpload) -> list[dict]:
    crumbs = [{"label": _("Import a roster"), "url": reverse("workers:import")}, {"label": upload.file_name}]
    if upload.is_rest:
        is_theirs = upload.rest_of.by_id == request.user.pk  # not when a colleague left the rest to them
        whole = _address(upload.rest_of) if is_theirs else ""
        crumbs[1:] = [{"label": upload.file_name, "url": whole}, {"label": _("Rows not saved yet")}]
    return crumbs


def _under_way(upload: RosterUpload) -> dict:
    return {"progress": progress_of(upload), "is_stuck": uploads.is_stuck(upload, now())}


@login_required
@require_POST
def decide(request, upload_id):
    """Back to the same rows of the preview, which is judged with the answer."""
    upload = _own_roster(request, upload_id)
    form = DecisionForm(request.POST)
    kept, refusal = carry_out(form, lambda said: uploads.decide(upload=upload, by=request.user, at=now(), **said))
    if kept is None:
        status, told = status_of(form, refusal=refusal), refusal or uploads.AnswerUnreadable()
        return _send_page(request, RosterForm(), refusal=told, status=status, url=_address(upload))
    page = VerdictFilter(request.GET, _address(upload))
    return redirect(f"{page.url()}#rows")


@login_required
@require_GET
def roster_progress(request, upload_id):
    """Asked every few seconds by the page that waits: how far it is, or a fresh page when it is done."""
    upload = _own_roster(request, upload_id)
    if upload.is_being_taken_back:
        return render(request, "workers/_roster_undone.html", {"upload": upload} | _being_taken_back(upload))
    is_waited_for = upload.is_being_saved or not (upload.is_saved or is_checked(upload))
    if not is_waited_for:
        return HttpResponseClientRefresh()
    return render(request, "workers/_roster_progress.html", {"upload": upload} | _under_way(upload))


@login_required
@require_POST
def save_roster(request, upload_id):
    return _carried_on(request, upload_id, uploads.start_import)


@login_required
@require_POST
def pause_roster(request, upload_id):
    return _carried_on(request, upload_id, uploads.pause)


@login_required
@require_POST
def resume_roster(request, upload_id):
    return _carried_on(request, upload_id, uploads.resume)


@login_required
@require_http_methods(["GET", "POST"])
def cancel_roster(request, upload_id):
    """Asks first: what it will do depends on how far it has come."""
    upload = _own_roster(request, upload_id)
    if request.method == "POST":
        return _carried_on(request, upload_id, uploads.cancel)
    if not upload.is_being_saved and upload.failed_at is None:
        return redirect("workers:roster", upload.pk)
    context = {"upload": upload, "crumbs": _crumbs(request, upload)} | _under_way(upload)
    return render(request, "workers/roster_cancel.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def take_back_roster(request, upload_id):
    """Says what it would do and asks; afterwards it says who stayed as they are."""
    upload, refusal = _own_roster(request, upload_id), None
    if not upload.is_saved:
        return redirect("workers:roster", upload.pk)
    form = StayingForm(sent(request))
    if request.method == "POST":
        deed = partial(taking_back.take_back, upload=upload, by=request.user, at=now())
        begun, refusal = carry_out(form, lambda said: deed(**said))
        if begun:
            return redirect("workers:roster", upload.pk)
    elif not (upload.taken_back_at or taking_back.can_be_taken_back(upload, at=now())):
        return redirect("workers:roster", upload.pk)
    asked = FilterForm(request.GET, request.path)
    page = selectors.take_back_page(upload, by=request.user, after=read_number(asked.after) or 0)
    context = {
        "upload": upload,
        "crumbs": _crumbs(request, upload),
        "page": page,
        "refusal": refusal,
        **asked.pages(page.next_after and str(page.next_after)),
    }
    return render(request, "workers/roster_take_back.html", context, status=status_of(form, refusal=refusal))


def _being_taken_back(upload: RosterUpload) -> dict:
    return {"undone": taking_back.undone_of(upload), "is_stuck": taking_back.is_stuck(upload, now())}


@login_required
@require_http_methods(["GET", "POST"])
def roster_columns(request, upload_id):
    """What each column stands for, corrected once for all rosters of the area."""
    upload = _own_roster(request, upload_id)
    if upload.started_at or upload.is_rest:
        return redirect("workers:roster", upload.pk)
    asked = HeadingRowForm(request.GET)
    page = meanings.columns_page(upload, at=now(), row=asked.cleaned_data["row"] if asked.is_valid() else None)
    form = ColumnsForm(request.POST if request.method == "POST" else None, page)
    kept, refusal = None, None
    if request.method == "POST" and form.is_valid():
        kept, refusal = carry_out(form, lambda _said: _columns_said(upload, request.user, form))
    if kept:
        return redirect("workers:roster", upload.pk)
    context = {"upload": upload, "crumbs": _crumbs(request, upload), "page": page, "form": form, "refusal": refusal}
    return render(request, "workers/roster_columns.html", context, status=status_of(form, refusal=refusal))


def _columns_said(upload: RosterUpload, by, form: ColumnsForm) -> bool:
    uploads.say_columns(upload=upload, by=by, columns=form.page.columns, fields=form.said, at=now())
    return True


@login_required
@require_POST
def look_again(request, upload_id):
    """Compare a waiting roster with the register as it is now."""
    upload = _own_roster(request, upload_id)
    uploads.refresh(upload, at=now(), is_asked=True)
    return redirect("workers:roster", upload.pk)


def _carried_on(request, upload_id: int, deed):
    upload = _own_roster(request, upload_id)
    try:
        deed(upload=upload, by=request.user, at=now())
    except Refusal as refusal:
        return _send_page(request, RosterForm(), refusal=refusal, status=409, url=_address(upload))
    return redirect("workers:roster", upload.pk)


@login_required
@require_GET
def roster_report(request, upload_id):
    upload = _own_roster(request, upload_id)
    response = HttpResponse(selectors.report_of(upload), content_type="text/csv; charset=utf-8")
    name = quote(f"{upload.file_name.rsplit('.', 1)[0]}-{upload.pk}.csv")
    response["Content-Disposition"] = f"attachment; filename=\"roster-{upload.pk}.csv\"; filename*=UTF-8''{name}"
    return response


@login_required
@require_GET
def roster_workbook(request, upload_id):
    upload = _own_roster(request, upload_id)
    try:
        return workbook.of(upload, by=request.user, at=now())
    except Refusal as refusal:
        return _send_page(request, RosterForm(), refusal=refusal, status=409, url=_address(upload))


def _own_roster(request, upload_id: int) -> RosterUpload:
    """Somebody else's roster is not there: it may name people outside the area."""
    upload = get_object_or_404(RosterUpload, pk=upload_id, by=request.user)
    policies.check_can_import_rosters(request.user)
    return upload


def _address(upload: RosterUpload) -> str:
    return reverse("workers:roster", args=[upload.pk])


def _send_page(request, form, *, refusal=None, status=200, url=""):
    """`url` leads from the refusal to the roster."""
    context = {"form": form, "refusal": refusal, "rosters": selectors.recent_rosters(request.user), "url": url}
    return render(request, "workers/roster_send.html", context, status=status)
