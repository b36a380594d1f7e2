"""Lists of fairs as files."""

from django.contrib.auth.decorators import login_required
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fairs import policies, selectors
from fairs.forms import PeopleFilter
from fairs.models import Fair, FairReferral
from fairs.selectors import PeopleFilters
from fairs.views.rows import find_fair
from kit.spreadsheets import Column, as_xlsx
from staff.network import address_of
from staff.roles import FAIR_READERS
from staff.services import log_export

CHUNK = 500


@login_required
@require_safe
def fairs_xlsx(request):
    fairs = Fair.objects.visible_to(request.user).select_related("area").with_counts().order_by("-starts_at", "-pk")
    columns = [
        Column(_("Fair"), 36), Column(_("For the people of")), Column(_("Venue"), 24), Column(_("Starts"), 18),
        Column(_("Ends"), 18), Column(_("Invited")), Column(_("Came")), Column(_("Hired")), Column(_("State")),
    ]  # fmt: skip
    rows = (
        [fair.title, fair.area, fair.venue, fair.starts_at, fair.ends_at, fair.invited, fair.came, fair.hired,
         fair.get_state_display()]
        for fair in fairs.iterator(chunk_size=CHUNK)
    )  # fmt: skip
    where = request.user.home_area_as(*FAIR_READERS)
    return as_xlsx(_("Job fairs"), columns, rows, where=where, by=request.user, at=timezone.now())


@login_required
@require_safe
def booths_xlsx(request, fair_id):
    """The posts of the fair with their figures, as on its page."""
    fair = find_fair(request, fair_id)
    columns = [
        Column(_("Booth"), 8), Column(_("Employer"), 30), Column(_("Post"), 18), Column(_("Place of work"), 20),
        Column(_("Lowest wage")), Column(_("Highest wage")), Column(_("Wanted")), Column(_("Missing")),
        Column(_("Wishes")), Column(_("Intents")), Column(_("Hired")), Column(_("Who comes"), 20),
    ]  # fmt: skip
    rows = (
        [row.offer.booth.number, row.offer.booth.employer, row.offer.vacancy.title, row.place,
         row.offer.vacancy.wage_low, row.offer.vacancy.wage_high, row.wanted, row.missing, row.wished,
         row.promised, row.hired, row.offer.booth.who_comes]
        for row in selectors.offer_rows(fair)
    )  # fmt: skip
    name = f"{fair.title}-{_('Posts')}"
    return as_xlsx(name, columns, rows, where=fair.area, by=request.user, at=timezone.now())


@login_required
@require_safe
def people_xlsx(request, fair_id):
    """The people of the list as it is filtered; everybody in it stands in the log of who saw what."""
    fair, form, now = find_fair(request, fair_id), PeopleFilter(request.GET), timezone.now()
    policies.check_can_read_names(request.user, fair)
    own = fair.referrals.in_reach(request.user.ranges_as(*FAIR_READERS))
    found = PeopleFilters(**form.chosen).matching(own).for_page().order_by("pk")
    shows_codes = policies.can_run(request.user, fair)
    seen = ((row.worker_id, cells(row, shows_codes)) for row in found.iterator(chunk_size=CHUNK))
    logged = log_export(seen, user=request.user, at=now, reason=fair.title, ip=address_of(request))
    columns = [
        Column(_("Name"), 12), Column(_("Sex"), 6), Column(_("Lives in"), 28), Column(_("Code"), 10),
        Column(_("Wishes"), 40), Column(_("Came"), 18), Column(_("Result")), Column(_("Post"), 20),
        Column(_("Why not"), 20), Column(_("Employer's remark"), 30), Column(_("Off the list because"), 24),
    ]  # fmt: skip
    name = f"{fair.title}-{_('List of people')}"
    return as_xlsx(name, columns, logged, where=fair.area, by=request.user, at=now)


def cells(row: FairReferral, shows_codes: bool) -> list:
    wishes = "; ".join(f"{wish.offer.booth.number:02d} {wish.offer.vacancy.title}" for wish in row.wishes.all())
    return [
        row.worker.name, row.worker.get_sex_display(), selectors.home_of(row.worker.area_id),
        row.code if shows_codes else "", wishes, row.checked_in_at, row.get_result_display(), row.vacancy or "",
        row.get_reason_display(), row.note, row.get_withdrawn_because_display(),
    ]  # fmt: skip
