"""Where I am signed in, and how I sign out there."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kit.pages import typed
from staff import services
from staff.signing_in import sessions
from staff.views.own import frame_of


@login_required
@require_safe
def own_sessions(request):
    lines = sessions.sessions_of(request.user, at=timezone.now(), this=request.session)
    return render(request, "staff/sessions.html", {"lines": lines, "frame": frame_of(request.user)})


@login_required
@require_POST
def end_session(request):
    if sessions.end_session(request.user, typed(request.POST.get("key"))):
        messages.success(request, _("Signed out there."))
    else:
        messages.info(request, _("That had ended already."))
    return redirect("staff:sessions")


@login_required
@require_POST
def end_other_sessions(request):
    ended = services.end_sessions(user=request.user, but=request.session.row_key)
    words = ngettext("Signed out on %(count)s other device.", "Signed out on %(count)s other devices.", ended)
    messages.success(request, words % {"count": ended} if ended else _("You were signed in nowhere else."))
    return redirect("staff:sessions")
