"""Employers and posts, as the officers keep them; every cadre may read."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from areas.selectors import full_name
from jobs import policies, selectors, services
from jobs.forms import EmployerForm, HoldForm, VacancyFilter, VacancyForm
from jobs.models import Employer
from jobs.views.rows import find_employer, find_vacancy
from kit.days import local_day
from kit.filters import SearchForm
from kit.pages import carry_out, read_number, sent, status_of
from staff.decorators import staff_required
from workers.policies import check_can_list_records


@staff_required(check_can_list_records)
@require_safe
def vacancies(request):
    form, today = VacancyFilter(request.GET, request.path), local_day(timezone.now())
    page = selectors.vacancy_page(form.chosen, today, after=form.after)
    context = {
        "page": page,
        "form": form,
        "is_filtered": bool(form.chosen),
        **form.pages(page.next_after),
        "may_keep": policies.can_keep_vacancies(request.user),
        "xlsx_url": form.download(reverse("jobs:vacancies_xlsx")),
        "now": timezone.now(),
    }
    return render(request, "jobs/vacancies.html", context)


@staff_required(check_can_list_records)
@require_safe
def vacancy(request, vacancy_id):
    found = find_vacancy(vacancy_id)
    people = selectors.people_on(found, request.user)
    context = {
        "vacancy": found,
        "place": full_name(found.area_id),
        "is_open": found.is_open(local_day(timezone.now())),
        "people": people,
        "others": found.filled - len(people),
        "may_keep": policies.can_keep_vacancies(request.user),
    }
    return render(request, "jobs/vacancy.html", context)


@staff_required(policies.check_can_keep_vacancies)
@require_http_methods(["GET", "POST"])
def add_vacancy(request):
    """A post belongs to an employer: `?employer=` says which, and without it one is chosen first."""
    employer_id = read_number(request.GET.get("employer"))
    if employer_id is None:
        messages.info(request, _("Choose the employer of the new post first."))
        return redirect("jobs:employers")
    employer, now = find_employer(employer_id), timezone.now()
    form = VacancyForm(sent(request), today=local_day(now))
    if request.method == "POST" and form.is_valid():
        made = services.add_vacancy(
            employer=employer, fields=form.columns, once=form.cleaned_data["once"], by=request.user, at=now
        )
        messages.success(request, _("The post is on the list."))
        return redirect("jobs:vacancy", made.pk)
    context = {"form": form, "employer": employer, "vacancy": None}
    return render(request, "jobs/vacancy_form.html", context, status=status_of(form))


@staff_required(policies.check_can_keep_vacancies)
@require_http_methods(["GET", "POST"])
def change_vacancy(request, vacancy_id):
    found = find_vacancy(vacancy_id)
    form = VacancyForm(sent(request), today=local_day(timezone.now()), initial=VacancyForm.initial_of(found))
    done, refusal = carry_out(form, lambda said: services.change_vacancy(vacancy=found, changes=form.columns))
    if done:
        messages.success(request, _("Changed."))
        return redirect("jobs:vacancy", found.pk)
    context = {"form": form, "employer": found.employer, "vacancy": found, "refusal": refusal}
    return render(request, "jobs/vacancy_form.html", context, status=status_of(form, refusal=refusal))


@staff_required(policies.check_can_keep_vacancies)
@require_POST
def close_vacancy(request, vacancy_id):
    services.close_vacancy(vacancy=find_vacancy(vacancy_id), by=request.user, at=timezone.now())
    messages.success(request, _("Closed. Nobody new is introduced to it."))
    return redirect("jobs:vacancy", vacancy_id)


@staff_required(policies.check_can_keep_vacancies)
@require_POST
def reopen_vacancy(request, vacancy_id):
    services.reopen_vacancy(vacancy=find_vacancy(vacancy_id))
    messages.success(request, _("Open again."))
    return redirect("jobs:vacancy", vacancy_id)


@staff_required(check_can_list_records)
@require_safe
def employers(request):
    form = SearchForm(request.GET, request.path)
    page = selectors.employer_page(form.text, after=form.after)
    context = {
        "page": page,
        "text": form.text,
        "xlsx_url": form.download(reverse("jobs:employers_xlsx")),
        **form.pages(page.next_after),
        "may_keep": policies.can_keep_vacancies(request.user),
    }
    return render(request, "jobs/employers.html", context)


@staff_required(check_can_list_records)
@require_safe
def employer(request, employer_id):
    return _employer_page(request, find_employer(employer_id), HoldForm())


@staff_required(policies.check_can_keep_vacancies)
@require_http_methods(["GET", "POST"])
def add_employer(request):
    form = EmployerForm(sent(request))
    made, refusal = carry_out(
        form,
        lambda said: services.add_employer(fields=form.columns, once=said["once"], by=request.user, at=timezone.now()),
    )
    if made:
        messages.success(request, _("The employer is on the list."))
        return redirect("jobs:employer", made.pk)
    context = {"form": form, "employer": None, "refusal": refusal}
    return render(request, "jobs/employer_form.html", context, status=status_of(form, refusal=refusal))


@staff_required(policies.check_can_keep_vacancies)
@require_http_methods(["GET", "POST"])
def change_employer(request, employer_id):
    found = find_employer(employer_id)
    form = EmployerForm(sent(request), initial=EmployerForm.initial_of(found))
    done, refusal = carry_out(form, lambda said: services.change_employer(employer=found, changes=form.columns))
    if done:
        messages.success(request, _("Changed."))
        return redirect("jobs:employer", found.pk)
    context = {"form": form, "employer": found, "refusal": refusal}
    return render(request, "jobs/employer_form.html", context, status=status_of(form, refusal=refusal))


@staff_required(policies.check_can_hold_employers)
@require_POST
def hold_employer(request, employer_id):
    found, form = find_employer(employer_id), HoldForm(request.POST)
    if not form.is_valid():
        return _employer_page(request, found, form)
    services.hold_employer(employer=found, by=request.user, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("On hold: its posts take nobody until the hold is lifted."))
    return redirect("jobs:employer", found.pk)


@staff_required(policies.check_can_hold_employers)
@require_POST
def lift_hold(request, employer_id):
    found = find_employer(employer_id)
    services.lift_hold(employer=found, by=request.user, at=timezone.now())
    messages.success(request, _("The hold is lifted."))
    return redirect("jobs:employer", employer_id)


def _employer_page(request, found: Employer, form: HoldForm):
    context = {
        "employer": found,
        "place": full_name(found.area_id),
        "holds": found.holds.select_related("held_by", "lifted_by"),
        "posts": found.vacancies.select_related("area").order_by("closed_at", "-pk"),
        "today": local_day(timezone.now()),
        "form": form,
        "may_keep": policies.can_keep_vacancies(request.user),
        "may_hold": policies.can_hold_employers(request.user),
    }
    return render(request, "jobs/employer.html", context, status=status_of(form))
