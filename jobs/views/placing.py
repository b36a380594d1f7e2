from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jobs import matching, policies, services
from jobs.forms import EndForm, IntroduceForm, PlacementForm, ResultForm
from jobs.forms.placing import ELSEWHERE
from jobs.models import Introduction, Placement, Vacancy
from jobs.refusals import NotInReach
from jobs.views.rows import find_case, find_placement
from kit import said
from kit.days import local_day
from kit.filters import SearchForm
from kit.pages import carry_out, read_number, sent, status_of
from staff.models import AccessLog
from staff.services import log_access

EVIDENCE = said.known(gettext_lazy("evidence of a placement"))


@login_required
@require_http_methods(["GET", "POST"])
def introduce(request, case_id):
    """Three taps: the button on the case, a post, done."""
    case, now = find_case(request, case_id), timezone.now()
    policies.check_can_recommend(request.user, case)
    today, text = local_day(now), SearchForm(request.GET).text
    form = IntroduceForm(sent(request), vacancies=Vacancy.objects.select_related("employer"))
    done, refusal = carry_out(form, lambda said: services.introduce(case=case, by=request.user, at=now, **said))
    if done:
        words = _("Introduced. The list will remind you to ask for the result.")
        messages.success(request, words, extra_tags=reverse("jobs:introduction_undo", args=[case.pk, done.pk]))
        return redirect("cases:case", case.pk)
    matches = matching.matches_for(case.worker, today, text=text)
    context = {"case": case, "form": form, "refusal": refusal, "matches": matches, "text": text}
    return render(request, "jobs/introduce.html", context, status=status_of(form, refusal=refusal))


@login_required
@require_http_methods(["GET", "POST"])
def introduction_result(request, case_id):
    case, now = find_case(request, case_id), timezone.now()
    policies.check_can_recommend(request.user, case)
    introduction = _asked(request, case)
    initial = {"wage": introduction.vacancy.wage_low, "needs_transport": _seat(case.worker, introduction.vacancy)}
    form = ResultForm(sent(request), request.FILES or None, today=local_day(now), initial=initial)
    done, refusal = carry_out(
        form,
        lambda said: services.record_introduction_result(
            introduction=introduction,
            result=said["result"],
            note=said["note"],
            once=said["once"],
            terms=form.terms_if_hired,
            by=request.user,
            at=now,
        ),
    )
    if done:
        messages.success(request, _("The result is recorded."), extra_tags=_undo_url(done))
        return redirect("cases:case", case.pk)
    context = {"case": case, "form": form, "refusal": refusal, "introduction": introduction}
    return render(request, "jobs/introduction_result.html", context, status=status_of(form, refusal=refusal))


@login_required
@require_http_methods(["GET", "POST"])
def place(request, case_id):
    case, now = find_case(request, case_id), timezone.now()
    policies.check_can_place(request.user, case)
    vacancies = _offered(case, local_day(now))
    form = PlacementForm(
        sent(request), request.FILES or None, today=local_day(now), vacancies=vacancies,
        initial=_first_answers(case, vacancies),
    )  # fmt: skip
    done, refusal = carry_out(form, lambda said: _confirm(case, form, by=request.user, at=now))
    if done:
        words = _("Placed. The worker gets a text, and the next step is on the list.")
        messages.success(request, words, extra_tags=reverse("jobs:placement_undo", args=[case.pk, done.pk]))
        return redirect("cases:case", case.pk)
    context = {"case": case, "form": form, "refusal": refusal, "elsewhere": ELSEWHERE}
    return render(request, "jobs/place.html", context, status=status_of(form, refusal=refusal))


@login_required
@require_http_methods(["GET", "POST"])
def end_placement(request, placement_id):
    placement, now = find_placement(request, placement_id), timezone.now()
    policies.check_can_place(request.user, placement.case)
    form = EndForm(sent(request), placement=placement, today=local_day(now))
    done, refusal = carry_out(
        form, lambda said: services.end_placement(placement=placement, by=request.user, at=now, **said)
    )
    if done:
        messages.success(request, _("The placement has ended. The case looks for another job."))
        return redirect("cases:case", placement.case_id)
    context = {"placement": placement, "case": placement.case, "form": form, "refusal": refusal}
    return render(request, "jobs/end_placement.html", context, status=status_of(form, refusal=refusal))


@login_required
@never_cache
@require_safe
def evidence(request, placement_id):
    """A contract shows names and numbers: who opens it is written down."""
    placement = find_placement(request, placement_id)
    policies.check_can_place(request.user, placement.case)
    if not placement.evidence_file:
        raise Http404
    what = AccessLog.What.OPENED_RECORD
    log_access(request.user, placement.worker_id, what, timezone.now(), reason=EVIDENCE)
    return FileResponse(placement.evidence_file.open("rb"))


def _undo_url(answered: Introduction) -> str:
    """Nothing is offered for an answer that is none yet."""
    case = answered.case
    if answered.result == Introduction.Result.HIRED:
        return reverse("jobs:placement_undo", args=[case.pk, case.placements.current().get().pk])
    return "" if answered.is_open else reverse("jobs:answer_undo", args=[case.pk, answered.pk])


def _asked(request, case):
    """The introduction the form was shown for: a replayed POST must not answer the one after it."""
    introductions = case.introductions.select_related("vacancy__employer", "vacancy__area")
    asked = request.POST.get("introduction", "")
    key = read_number(asked)
    if asked and key is None:
        raise BadRequest
    found = introductions.filter(pk=key).first() if key else introductions.open().first()
    if found is None:
        raise NotInReach(_("No introduction is waiting for a result."))
    return found


def _offered(case, today) -> list[Vacancy]:
    """The post the worker is introduced to, then the posts that fit best."""
    introduced = [i.vacancy for i in case.introductions.open().select_related("vacancy__employer", "vacancy__area")]
    fitting = [match.vacancy for match in matching.matches_for(case.worker, today, limit=5)]
    return list({vacancy.pk: vacancy for vacancy in [*introduced, *fitting]}.values())


def _first_answers(case, vacancies: list[Vacancy]) -> dict:
    """What is already known need not be typed."""
    introduced = case.introductions.open().values_list("vacancy_id", flat=True).first()
    chosen = next((vacancy for vacancy in vacancies if vacancy.pk == introduced), None)
    if chosen is None:
        return {}
    return {"vacancy": chosen.pk, "wage": chosen.wage_low, "needs_transport": _seat(case.worker, chosen)}


def _seat(worker, vacancy: Vacancy) -> str:
    return "no" if matching.is_near(worker, vacancy) else "yes"


def _confirm(case, form: PlacementForm, *, by, at) -> Placement:
    data = form.cleaned_data
    return services.place_worker(
        case=case, vacancy=form.chosen_vacancy, employer_name=data["employer_name"], area=data["area"],
        terms=form.terms, once=data["once"], by=by, at=at,
    )  # fmt: skip
