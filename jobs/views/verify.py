"""The public page behind the QR code. It says no more than the paper in the hand, and no less about its standing."""

from functools import wraps

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jobs.letters import serials
from jobs.models import Letter
from kit.days import local_day


def unlisted(view):
    """No search engine keeps a page that names a person."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


@unlisted
@never_cache
@require_safe
def verify(request, code):
    typed = serials.as_typed(code)
    letter = Letter.objects.filter(verify_code=typed).select_related("county").first()
    if letter is None:
        return render(request, "jobs/verify_unknown.html", status=404)
    seen_by_staff = Letter.objects.visible_to(request.user).filter(pk=letter.pk).exists()
    context = {
        "letter": letter,
        "facts": letter.facts,
        "name": mask_name(letter.facts["name"]),
        "state": letter.state(local_day(timezone.now())),
        "code": serials.spaced(letter.verify_code),
        "seen_by_staff": seen_by_staff,
    }
    return render(request, "jobs/verify.html", context)


@require_safe
def enter(request):
    """For whoever types the code from under the QR instead of scanning it."""
    code = serials.as_typed(request.GET.get("code", ""))
    if code:
        return redirect("jobs:verify", code)
    return render(request, "jobs/verify_enter.html")


def mask_name(name: str) -> str:
    """韦* and 阿******: enough to compare with the paper, too little to learn a name from."""
    return name[:1] + "*" * (len(name) - 1)
