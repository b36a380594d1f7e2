"""Where a page leads when its work is done."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairs import policies


def leave(request, referral):
    """Back to the door while the fair is on, to its list afterwards, to the case for the cadre."""
    messages.success(request, _("Result recorded: %(name)s") % {"name": referral.worker.name})
    if not policies.can_run(request.user, referral.fair):
        return redirect("cases:case", referral.case_id)
    return redirect("fairs:check_in" if referral.fair.is_running else "fairs:people", referral.fair_id)
