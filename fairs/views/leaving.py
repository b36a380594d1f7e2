"""Where a page leads when its work is done."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairs import policies


def leave(request, referral):
    """To the page the dialog lay over; else to the door while the fair is on, then to its list; a cadre to the case."""
    messages.success(request, _("Result recorded: %(name)s") % {"name": referral.worker.name})
    stood = request.htmx.current_url_abs_path
    if stood and stood != request.path:
        return redirect(stood)
    if not policies.can_run(request.user, referral.fair):
        return redirect("cases:case", referral.case_id)
    return redirect("fairs:check_in" if referral.fair.is_running else "fairs:people", referral.fair_id)
