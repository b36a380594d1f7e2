from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kit.pages import sent, status_of
from staff.models import AccessLog
from staff.network import address_of
from staff.services import log_access
from workers import policies, record_page
from workers.forms import RevealForm
from workers.forms.revealing import WHAT
from workers.rules import masks
from workers.views import rows
from workers.views.dialling import dial

LOGGED_AS = {"id_number": AccessLog.What.REVEALED_ID, "phone": AccessLog.What.REVEALED_PHONE}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def reveal(request, worker_id: int):
    """Ask why, write it down, show one number once. Never on a GET, so that no link or history holds it."""
    person = rows.find_record(request, worker_id)
    what = request.POST.get("what") if request.method == "POST" else _asked_for(request)
    number = what if what in WHAT else "id_number"
    policies.check_can_reveal(request.user, person, number)
    form = RevealForm(sent(request), what=number, initial={"what": _asked_for(request)})
    context = {"form": form, "worker": person, "label": WHAT.get(what, "")}
    if not form.is_valid():
        return _answer(request, "_reveal", context, status=status_of(form))
    log_access(
        request.user, person.pk, LOGGED_AS[what], now(), reason=form.cleaned_data["reason"], ip=address_of(request)
    )
    shown = getattr(person, what)
    return _answer(request, "_revealed", context | {"number": shown, "grouped": masks.grouped(shown), "what": what})


@login_required
@require_POST
def call(request, worker_id: int):
    """One tap from the record to the dialler."""
    person = rows.find_record(request, worker_id)
    policies.check_can_reveal(request.user, person, "phone")
    return dial(request, person, back_url=record_page.url_of(person))


def _asked_for(request) -> str:
    asked = request.GET.get("what", "")
    return asked if asked in WHAT else "id_number"


def _answer(request, fragment: str, context: dict, *, status: int = 200):
    """A sheet for htmx, a page that holds the same sheet for everyone else."""
    template = f"workers/{fragment}.html" if request.htmx else "workers/sheet_page.html"
    return render(request, template, context | {"fragment": f"workers/{fragment}.html"}, status=status)
