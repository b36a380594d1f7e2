"""The supervisor's list of cases."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from areas.models import Area
from areas.ranges import Level, code_at
from areas.selectors import place_name
from cases import panels, policies, selectors, services
from cases.choices import NOBODY
from cases.forms import CaseFilter, SaveFilterForm, WordsForm
from cases.selectors import CaseFilters, CaseListPage, CaseRow
from cases.selectors.owners import SMALL
from cases.views import filters as f
from cases.views.addresses import filters_of, keep_words
from cases.views.selection import PURPOSE
from kit.dates import day
from kit.days import local_day
from kit.pages import carry_out, read_number, row_address
from kit.templatetags.wayfare import thousands
from staff.decorators import staff_required
from staff.models import User
from staff.way_back import came_by_a_list
from workers.policies import check_can_list_records


@staff_required(check_can_list_records)
@require_safe
def case_list(request):
    came_by_a_list(request)
    now = timezone.now()
    today, form = local_day(now), CaseFilter(request.GET, request.path)
    filters = filters_of(form, request.session)
    area = f.chosen_area(request.user, filters.area_code)
    page = selectors.case_list(filters, user=request.user, today=today, after=form.after)
    owners = selectors.owners_in_and_around(area, today) if area else ()
    orders, owner = f.orders(filters), owner_told(filters, owners, area)
    can_assign, bulk_actions = policies.can_reassign(request.user), panels.registry.bulk_actions_for(request.user)
    context = {
        "now": now, "today": today, "page": page, "form": form, "filters": filters,
        "total": counted(page.total, page.has_more_than_total), "late": counted(page.late, page.has_more_than_late),
        "rows": shown_rows(page.rows, area, today),
        "crumbs": crumbs(request.user, area, form),
        "words": f.words_of(filters, area, owner),
        "chips": f.chips(form, filters),
        "xlsx_url": form.download(reverse("cases:list_xlsx")),
        "saved": saved_filters(request.user, form),
        "save_form": SaveFilterForm(),
        "is_filtered": bool(form.chosen),
        "areas": f.area_choices(request.user, area),
        "area_code": area.pk if area else None,
        "owners": owners,
        "owner_beside": owner if filters.owner not in {NOBODY, *(str(one.pk) for one in owners)} else "",
        "nobody": NOBODY,
        "is_wide": is_wide(area),
        "orders": orders.items(),
        "order": filters.sort if filters.sort in orders else "",
        "order_words": orders.get(filters.sort, orders[""]),
        "hidden_filters": hidden_filters(form),
        "query": urlencode(form.asked),
        "can_assign": can_assign,
        "purpose": request.session.get(PURPOSE),
        "bulk_actions": bulk_actions,
        "can_choose": can_assign or bool(bulk_actions),
        **pager(form, page),
    }  # fmt: skip
    return render(request, "cases/list.html", context)


def crumbs(user: User, area: Area | None, form: CaseFilter) -> list[dict]:
    """The way down from the user's own area, with the other filters as they are."""
    return [{"label": place.name, "url": form.url(area=place.code, here="")} for place in f.way_down(user, area)]


def is_wide(area: Area | None) -> bool:
    """Above a township: many villages share a name, and cadres are too many to choose from."""
    return area is not None and area.level not in SMALL


def shown_rows(rows: Iterable[CaseRow], area: Area | None, today: date) -> list[dict]:
    """In words: what a template finds out for each row anew takes it longer than the rest of the row."""
    choose, says_township = _("Choose %(name)s"), is_wide(area)
    return [
        {
            **vars(row),
            "url": row_address("cases:case", row.case_id),
            "choose": choose % {"name": row.name},
            "who": f"{row.sex} {row.age}",
            "township": township_of(row.area_id) if says_township else "",
            "since": day(row.state_since, today),
            "opened": day(row.opened_at, today),
        }
        for row in rows
    ]


def township_of(code: int) -> str:
    """Of a village, else ""."""
    township = code_at(code, Level.TOWNSHIP)
    return place_name(township) if township != code else ""


def owner_told(filters: CaseFilters, owners, area: Area | None) -> str:
    """Whom the list is narrowed to, who need not be among those to choose from; a forged number is nobody's name."""
    pk = read_number(filters.owner)
    if area is None or pk is None:
        return ""
    names = {owner.pk: owner.name for owner in owners}
    return names.get(pk) or selectors.owner_name(pk, area) or _("Somebody else")


def hidden_filters(form: CaseFilter) -> list[tuple[str, str]]:
    """What a figure's link asked for stays while the selects change."""
    kept = ("from", "to", "reached", "missed", "find")
    return [(name, value) for name, value in form.asked.items() if name in kept]


def counted(n: int, is_more: bool) -> str:
    """10,000+ where nobody counted on."""
    return f"{thousands(n)}+" if is_more else thousands(n)


def pager(form: CaseFilter, page: CaseListPage) -> dict:
    """Pages follow a key, not a number; how many rows came before travels along only to be said."""
    seen = (read_number(form.data.get("seen")) or 0) if form.after else 0
    last = seen + len(page.rows)
    total = counted(page.total, page.has_more_than_total)
    words = {"first": thousands(seen + 1), "last": thousands(last), "total": total}
    return {
        "pager_words": _("%(first)s to %(last)s of %(total)s") % words,
        **form.pages(page.more, seen=last),
    }


def saved_filters(user: User, form: CaseFilter) -> list[dict]:
    """The views this person has given a name, and which of them is shown."""
    here = saveable(form.asked)
    return [
        {"pk": saved.pk, "label": saved.name, "url": f"{form.path}?{saved.query}", "current": saved.query == here}
        for saved in user.saved_filters.order_by("name", "pk")
    ]


def saveable(asked: dict[str, str]) -> str:
    """In one order, and without words: they belong to this session."""
    return urlencode(sorted((name, value) for name, value in asked.items() if name != "find"))


@staff_required(check_can_list_records)
@require_POST
def find_in_list(request):
    """The words come by POST, and the address of the list holds only the key under which the session has them."""
    form = WordsForm(request.POST)
    words, query = (form.cleaned_data["q"], form.cleaned_data["query"]) if form.is_valid() else ("", "")
    listed = CaseFilter(QueryDict(query), reverse("cases:list"))
    return redirect(listed.url(find=keep_words(request.session, words)))


@staff_required(check_can_list_records)
@require_POST
def save_filter(request):
    form = SaveFilterForm(request.POST)
    listed = CaseFilter(QueryDict(request.POST.get("query", "")[:500]), reverse("cases:list"))
    saved, refusal = carry_out(
        form, lambda said: services.save_filter(user=request.user, name=said["name"], query=saveable(listed.asked))
    )
    if saved:
        messages.success(request, _("Saved: %(name)s") % {"name": saved.name})
    else:
        messages.warning(request, refusal or _("Give this view a name."))
    return redirect(listed.url())


@staff_required(check_can_list_records)
@require_POST
def drop_filter(request, filter_id):
    """Dropped already: that is what was asked for."""
    saved = request.user.saved_filters.filter(pk=filter_id).first()
    if saved:
        services.drop_filter(saved=saved)
        messages.success(request, _("Removed: %(name)s") % {"name": saved.name})
    return redirect("cases:list")
