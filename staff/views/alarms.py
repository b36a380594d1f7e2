"""Sign-ins that look like somebody else's: the person's answer, and the list for who decides on their accounts."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kit.filters import FilterForm
from kit.pages import Keyset
from staff import policies, way_back
from staff.decorators import staff_required
from staff.models import SignIn
from staff.signing_in import alarms
from staff.signing_in.devices import device_words, masked

PAGE = 50
NEWEST_FIRST = Keyset("-at", "-pk")


@login_required
@require_POST
def it_was_me(request):
    alarms.it_was_me(user=request.user, session=request.session)
    messages.success(request, _("Good. You are not asked about it again."))
    return redirect(way_back.page_before(request) or "staff:home")


@login_required
@require_POST
def it_was_not_me(request):
    path = alarms.it_was_not_me(user=request.user, session=request.session, at=timezone.now())
    logout(request)
    messages.warning(request, _("Everybody is signed out. Choose a new password, one you use nowhere else."))
    return redirect(path)


@staff_required(policies.check_can_manage_people)
@require_safe
def odd_sign_ins(request):
    found = alarms.odd_ones_under(request.user, at=timezone.now())
    form = FilterForm(request.GET, request.path)
    rows, after = NEWEST_FIRST.page(found, form.after, PAGE)
    lines = [(row, alarms.odd_words(row.odd), device_words(row.device), masked(row.ip)) for row in rows]
    context = {"lines": lines, "not_me": SignIn.Answer.NOT_ME, **form.pages(after)}
    return render(request, "staff/odd_sign_ins.html", context)
