"""How each text is worded: read by whoever oversees, set by administrators."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.pages import carry_out, posted, sent, status_of
from notifications import policies, rewording, selectors, templates
from notifications.choices import CHINESE, ENGLISH
from notifications.forms import WordingForm
from staff.decorators import staff_required


@staff_required(policies.check_can_read_wordings)
@require_safe
def wordings(request):
    return render(request, "notifications/wordings.html", {"texts": selectors.worded_texts()})


@staff_required(policies.check_can_read_wordings)
@require_http_methods(["GET", "POST"])
def wording(request, key):
    """A press of “look” shows how it would stand on a phone, and sets nothing."""
    known(key)
    form = WordingForm(sent(request), key=key, initial=initial(key))
    if request.method == "POST":
        policies.check_can_set_wordings(request.user)
        if "look" not in request.POST:
            return set_wording(request, key, form)
    return page(request, key, form)


@staff_required(policies.check_can_set_wordings)
@require_POST
def back_to_first_wording(request, key):
    """The words the house came with; they too are a row of the history."""
    first = known(key).texts
    newest = rewording.newest_of(key)
    rewording.reword(
        key=key,
        zh=first[CHINESE],
        en=first[ENGLISH],
        seen=newest.pk if newest else None,
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("The text has its first wording again."))
    return redirect("notifications:wording", key)


def set_wording(request, key: str, form: WordingForm):
    saved, refusal = carry_out(form, lambda said: rewording.reword(key=key, **said, by=request.user, at=timezone.now()))
    if saved is None:
        return page(request, key, form, refusal)
    messages.success(request, _("The new wording holds from now on."))
    return redirect("notifications:wording", key)


def page(request, key: str, form: WordingForm, refusal=None):
    is_looked_at = form.is_bound and form.is_valid()
    is_look = is_looked_at and "look" in request.POST
    texts = {CHINESE: form.cleaned_data["zh"], ENGLISH: form.cleaned_data["en"]} if is_looked_at else None
    context = {
        "text": selectors.worded_text(key),
        "form": form,
        "refusal": refusal,
        "looked_at": selectors.letters_of(key, texts) if texts else (),
        "placeholders": selectors.placeholders_of(key),
        "history": selectors.wordings_of(key),
        "can_set": policies.can_set_wordings(request.user),
    }
    if is_look:
        context |= {"here_url": request.get_full_path(), "here_posted": posted(request)}
    return render(request, "notifications/wording.html", context, status=status_of(form, refusal=refusal))


def initial(key: str) -> dict:
    texts, newest = rewording.in_force(key), rewording.newest_of(key)
    return {"zh": texts[CHINESE], "en": texts[ENGLISH], "seen": newest.pk if newest else None}


def known(key: str) -> templates.Template:
    if key not in templates.all_keys():
        raise Http404
    return templates.get(key)
