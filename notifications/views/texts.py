from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import Truncator
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kit import said
from kit.filters import FilterForm
from kit.spreadsheets import Column, as_xlsx, every_page
from notifications import policies, selectors, services
from notifications.forms import LogFilter, ReplyForm
from notifications.gateways.sandbox import SandboxGateway
from notifications.models import Message
from notifications.receiving.replies import receive_reply
from notifications.rules.signatures import sender_of
from staff.decorators import staff_required
from staff.models import AccessLog
from staff.network import address_of
from staff.roles import TEXT_READERS
from staff.services import log_access, log_export
from workers.views.rows import find_record

LIST_OF_TEXTS = said.known(gettext_lazy("list of texts"))

SHOWN_OF_A_REPLY = 16  # characters: what stands beside the name of the panel on a phone
QUICK_REPLIES = ("1", "2", "TD")


@require_GET
@staff_required(policies.check_can_read_log)
def message_list(request):
    form = LogFilter(request.GET, request.path)
    log = selectors.message_log(user=request.user, after=form.after, **form.chosen)
    context = {
        "form": form,
        "log": log,
        "chips": _chips(form, log),
        **form.pages(log.next_after),
        "xlsx_url": form.download(reverse("notifications:list_xlsx")),
        "now": now(),
    }
    return render(request, "notifications/list.html", context)


@require_GET
@staff_required(policies.check_can_read_log)
def replies(request):
    """What was written back in words: to people whose case has ended too, and from numbers marked wrong."""
    form = FilterForm(request.GET, request.path)
    written, next_after = selectors.replies_to_read(user=request.user, after=form.after)
    return render(request, "notifications/replies.html", {"said": written, "now": now(), **form.pages(next_after)})


def find_message(request, message_id) -> Message:
    return get_object_or_404(Message.objects.visible_to(request.user), pk=message_id)


@require_GET
@staff_required(policies.check_can_read_log)
def message_list_xlsx(request):
    """Without the words of the texts; everybody in it stands in the log of who saw what."""
    form, at = LogFilter(request.GET), now()
    found = every_page(
        lambda after: selectors.message_log(user=request.user, after=after, **form.chosen), lambda log: log.texts
    )
    seen = ((text.worker_id, _cells(text)) for text in found)
    logged = log_export(seen, user=request.user, at=at, reason=LIST_OF_TEXTS, ip=address_of(request))
    columns = [
        Column(_("Name"), 12), Column(_("Village"), 20), Column(_("Phone tail"), 10), Column(_("Text"), 24),
        Column(_("State"), 14), Column(_("Why"), 36), Column(_("Written"), 18), Column(_("Newest"), 18),
    ]  # fmt: skip
    where = request.user.home_area_as(*TEXT_READERS)
    return as_xlsx(_("Texts"), columns, logged, where=where, by=request.user, at=at)


def _cells(text: selectors.Text) -> list:
    return [
        text.worker_name, text.place, text.phone_tail, text.title, text.state_words, text.reason, text.queued_at,
        text.at,
    ]  # fmt: skip


@login_required
@require_GET
def message(request, message_id):
    return redirect("notifications:panel", find_message(request, message_id).worker_id)


@login_required
@require_POST
def send_again(request, message_id, round):
    message = find_message(request, message_id)
    policies.check_can_send_again(request.user, message.worker)
    message = services.send_again(message_id=message.pk, round=round, by=request.user, at=now())
    if request.htmx:
        return _panel(request, message.worker, is_open=True)
    messages.success(request, _("The text will be sent again."))
    return redirect(_next(request) or reverse("notifications:panel", args=[message.worker_id]))


@require_GET
@login_required
def panel(request, worker_id):
    return _panel(request, find_record(request, worker_id))


@require_http_methods(["GET", "POST"])
@login_required
def sandbox_phone(request, worker_id):
    """The worker's phone, as far as the sandbox goes: it exists only while the sandbox is the gateway."""
    if SandboxGateway.name != settings.WAYFARE_SMS_GATEWAY:
        raise Http404
    worker = find_record(request, worker_id)
    if request.method == "POST":
        policies.check_can_answer_as_worker(request.user, worker)
        return _reply(request, worker)
    if not request.htmx:
        log_access(request.user, worker.pk, AccessLog.What.OPENED_RECORD, now(), "sandbox")
    return _phone(request, worker, ReplyForm())


def _reply(request, worker):
    form = ReplyForm(request.POST)
    if not worker.phone or not form.is_valid():
        return _phone(request, worker, form if worker.phone else ReplyForm(), status=422)
    receive_reply(
        gateway=SandboxGateway.name,
        ref=str(form.cleaned_data["once"]),
        phone=worker.phone,
        body=form.cleaned_data["body"],
        at=now(),
    )
    if request.htmx:
        return _phone(request, worker, ReplyForm())
    return redirect("notifications:sandbox_phone", worker.pk)


def _phone(request, worker, form, status=200):
    screen = selectors.phone_screen(worker=worker, user=request.user) if worker.phone else None
    context = {
        "worker": worker,
        "form": form,
        "screen": screen,
        "shared_with": _(", ").join(screen.shared_with) if screen else "",
        "sender": sender_of(worker.area_id),
        "quick": QUICK_REPLIES,
        "can_answer": policies.can_answer_as_worker(request.user, worker),
        "now": now(),
    }
    template = "notifications/_phone.html" if request.htmx else "notifications/sandbox_phone.html"
    return render(request, template, context, status=status)


def _panel(request, worker, is_open=False):
    talk = selectors.conversation(worker=worker)
    context = {
        "worker": worker,
        "talk": talk,
        "can_send_again": policies.can_send_again(request.user, worker),
        "has_sandbox": SandboxGateway.name == settings.WAYFARE_SMS_GATEWAY,
        "panel_icon": "message",
        "panel_title": _("Texts"),
        "panel_state": _state_of(talk),
        "panel_open": is_open or selectors.has_words_to_read(talk),
        "now": now(),
    }
    return render(request, "notifications/panel.html", context)


def _state_of(talk):
    """What the panel says when it is folded: what they wrote, bad news, then the last text."""
    if selectors.has_words_to_read(talk):
        return _("Wrote back: %(words)s") % {"words": Truncator(talk.lines[0].body).chars(SHOWN_OF_A_REPLY)}
    if talk.is_opted_out:
        return _("Wants no texts")
    if talk.last is None:
        return _("None yet")
    return _("%(text)s: %(state)s") % {"text": talk.last.title, "state": talk.last.state_words}


def _next(request):
    """Back to the page the button stood on, if it is one of ours."""
    url = request.POST.get("next", "")
    is_ours = url.startswith("/") and url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if is_ours else ""


def _chips(form, log):
    """The questions a supervisor has; the form below answers every other."""
    chips = [(_("All"), "", None), (_("To decide"), "stuck", log.stuck), (_("Waiting"), "queued", log.waiting)]
    current = form.chosen.get("state", "")
    written = {"label": _("Written back"), "url": reverse("notifications:replies"), "current": False, "count": None}
    asked = [
        {"label": label, "url": form.url(state=state, template=""), "current": current == state, "count": count}
        for label, state, count in chips
    ]
    return [*asked, written]
