from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kit.days import local_day
from kit.pages import read_number
from kit.refusals import Refusal
from staff.decorators import staff_required
from staff.models import User
from workers import policies, record_page, services
from workers.forms import AddForm
from workers.imports.selectors import row_without_number
from workers.models import RosterUpload, Worker

RETIRES_AFTER = 60
# Pressed in a browser without scripts, to have the villages of the chosen township offered.
CHOSE_TOWNSHIP = "chose_township"


@staff_required(policies.check_can_register)
@require_http_methods(["GET", "POST"])
def add(request):
    if request.method == "GET" or CHOSE_TOWNSHIP in request.POST:
        typed = {name: value for name, value in request.POST.dict().items() if name != "tags"} or _of_roster(request)
        return _page(request, AddForm(initial=typed, user=request.user))
    form = AddForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        worker = _recognised(form, request.user) if form.known else _registered(form, request.user)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(request, form, status=409)
    if form.known:
        messages.success(request, _("Added to the record that was there."))
    elif worker.age(local_day(now())) > RETIRES_AFTER:
        messages.warning(request, _("Registered. Over 60: the record is kept, and no case is closed for that."))
    else:
        messages.success(request, _("Registered."))
    return redirect(record_page.url_of(worker))


@staff_required(policies.check_can_register)
@require_GET
def villages(request):
    """The village select for the township just chosen."""
    form = AddForm(initial=request.GET.dict(), user=request.user)
    return render(request, "workers/_village.html", {"form": form})


def _of_roster(request) -> dict[str, str]:
    """Of a row whose paper has no number of 18 digits, in a roster that this user has sent."""
    roster = read_number(request.GET.get("roster", ""))
    upload = RosterUpload.objects.filter(pk=roster, by=request.user).first() if roster else None
    return row_without_number(upload, request.GET.get("row", ""), at=now()) if upload else {}


def _registered(form: AddForm, by: User) -> Worker:
    return services.register_worker(fields=form.new_worker(), by=by, at=now(), source=form.cleaned_data["source"])


def _recognised(form: AddForm, by: User) -> Worker:
    at, told = now(), form.recognition()
    return services.recognise_worker(**told | {"report": told["report"] | {"happened_at": at}}, by=by, at=at)


def _page(request, form: AddForm, *, status: int = 200):
    return render(request, "workers/add.html", {"form": form}, status=status)
