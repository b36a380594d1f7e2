"""One's own code at sign-in: set up on a phone, turned off, and the recovery codes, shown for ten minutes."""

from axes.helpers import get_lockout_response
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.pages import carry_out, sent, status_of
from kit.papers import qr_svg
from staff.forms import FactorOffForm, OneCodeForm
from staff.refusals import WrongPassword
from staff.signing_in import entering, second_factor, shown_codes
from staff.views.own import frame_of

KEY = "key_to_come"  # in the session, sealed, until it is used


@login_required
@require_safe
def factor(request):
    return show(request)


@login_required
@require_http_methods(["GET", "POST"])
def factor_setup(request):
    """The key stays the same for this session, so that who loads the page again need not scan again."""
    user = request.user
    if second_factor.has_one(user):
        return redirect("staff:factor")
    if KEY not in request.session:
        shown_codes.keep(request, KEY, second_factor.new_key().hex())
    key = bytes.fromhex(shown_codes.kept(request, KEY))
    form = OneCodeForm(sent(request))
    codes, refusal = carry_out(
        form,
        lambda said: second_factor.set_up(
            user=user, key=key, token=said["code"], session=request.session, at=timezone.now()
        ),
    )
    if codes:
        del request.session[KEY]
        request.session[entering.PROVED] = True
        return lead_to_codes(request, codes)
    held_back = is_held_back(request)
    context = {
        "form": form,
        "refusal": refusal,
        "is_held_back": held_back,
        "qr": qr_svg(second_factor.address_of_key(key, user)),
        "typed_key": second_factor.typed_key(key),
        "is_demanded": second_factor.is_demanded_of(user),
        "frame": "base_public.html" if held_back else frame_of(user),
    }
    return render(request, "staff/factor_setup.html", context, status=status_of(form, refusal=refusal))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request):
    """For some minutes, so that a page lost on its way can be loaded again; pressing "I have kept them" ends that."""
    codes = shown_codes.kept_codes(request, at=timezone.now())
    if codes and request.method != "POST":
        return render(request, "staff/recovery_codes.html", {"codes": codes, "frame": frame_of(request.user)})
    shown_codes.forget_codes(request)
    return redirect("staff:home" if request.method == "POST" else "staff:factor")


@login_required
@require_POST
def recovery_codes_anew(request):
    if not second_factor.has_one(request.user):
        return redirect("staff:factor")
    form = OneCodeForm(request.POST, prefix="anew")
    codes, refusal = carry_out(
        form,
        lambda said: second_factor.make_codes_anew(user=request.user, token=said["code"], at=timezone.now()),
    )
    return lead_to_codes(request, codes) if codes else show(request, anew_form=form, refusal=refusal)


@login_required
@require_POST
def factor_off(request):
    if not second_factor.has_one(request.user):
        return redirect("staff:factor")
    if entering.is_locked_out(request, request.user):
        return get_lockout_response(request, credentials={"username": request.user.username})
    form = FactorOffForm(request.POST, prefix="off")
    done, refusal = carry_out(
        form,
        lambda said: second_factor.turn_off(
            user=request.user,
            password=said["password"],
            token=said["code"],
            session=request.session,
            at=timezone.now(),
        ),
    )
    if isinstance(refusal, WrongPassword):
        entering.count_wrong(request, request.user)
    if not done:
        return show(request, off_form=form, refusal=refusal)
    request.session.pop(entering.PROVED, None)
    shown_codes.forget_codes(request)
    messages.success(request, _("The code at sign-in is turned off. Other devices are signed out."))
    return redirect("staff:factor")


def show(request, *, off_form=None, anew_form=None, refusal=None):
    user = request.user
    context = {
        "has_one": second_factor.has_one(user),
        "codes_left": second_factor.codes_left(user),
        "is_demanded": second_factor.is_demanded_of(user),
        "off_form": off_form or FactorOffForm(prefix="off"),
        "anew_form": anew_form or OneCodeForm(prefix="anew"),
        "refusal": refusal,
        "frame": frame_of(user),
    }
    return render(request, "staff/factor.html", context, status=status_of(off_form, anew_form, refusal=refusal))


def is_held_back(request) -> bool:
    """Nothing else opens for them yet, so no menu offers it."""
    return second_factor.is_demanded_of(request.user) and not entering.has_proved(request)


def lead_to_codes(request, codes: list[str]):
    shown_codes.keep_codes(request, codes, at=timezone.now())
    return redirect("staff:recovery_codes")
