"""The page an employer opens by its link: open to whoever holds it, and about no person."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from fairs import services
from fairs.forms import ConfirmForm
from fairs.refusals import LinkExpired
from kit.pages import carry_out, sent, status_of


@never_cache
def confirm(request, token):
    now = timezone.now()
    try:
        booth = services.booth_of(token, at=now)
    except LinkExpired as refusal:
        return show(request, "fairs/confirm_expired.html", {"refusal": refusal}, status=404)
    form = ConfirmForm(sent(request), booth=booth)
    done, refusal = carry_out(form, lambda said: services.confirm_booth(booth=booth, at=now, **form.answer))
    if done:
        return redirect("fairs:confirm", token)
    context = {"booth": booth, "fair": booth.fair, "form": form, "refusal": refusal}
    return show(request, "fairs/confirm.html", context, status=status_of(form, refusal=refusal))


def show(request, template, context, *, status):
    """No search engine keeps it, and no other site is told of the link."""
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
