"""With whom somebody lives: found in their village, joined, and left again.

What is looked for comes by POST, as everywhere: names do not belong into addresses.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from areas.selectors import full_name
from kit.days import local_day
from kit.filters import SearchForm
from kit.pages import carry_out, status_of
from workers import policies, selectors, services
from workers.forms import HouseholdForm
from workers.views import rows


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def household(request, worker_id: int):
    person, at = rows.open_record(request, worker_id, check=policies.check_can_keep_record), now()
    asked = SearchForm(request.POST).text
    found = selectors.housemates(person, user=request.user, text=asked, today=local_day(at))
    form = HouseholdForm(request.POST if "join" in request.POST else None, found=[mate.worker for mate in found])
    done, refusal = carry_out(
        form, lambda _said: services.join_household(worker=person, by=request.user, at=at, **form.chosen)
    )
    if done:
        messages.success(request, _("Recorded: they are one household."))
        return redirect("workers:worker", person.pk)
    members = selectors.members_of(person, request.user, today=local_day(at))
    context = {
        "worker": person, "place": full_name(person.area_id), "members": members,
        "form": form, "refusal": refusal, "text": asked, "found": found,
    }  # fmt: skip
    return render(request, "workers/household.html", context, status=status_of(form, refusal=refusal))


@login_required
@require_POST
def leave_household(request, worker_id: int):
    person = rows.find_record(request, worker_id, check=policies.check_can_keep_record)
    services.leave_household(worker=person, by=request.user, at=now())
    messages.success(request, _("Recorded: no longer of this household."))
    return redirect("workers:household", person.pk)
