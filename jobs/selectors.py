"""What the pages of jobs need: one function a page, one query plan, a frozen dataclass out."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum

from areas import ranges
from areas.destinations import resolve_destination
from areas.gazetteer import places
from areas.selectors import full_name
from cases.models import Case
from jobs.models import Employer, Introduction, Letter, Placement, Vacancy
from kit.pages import Keyset
from staff.models import User

PAGE = 50
NEWEST_FIRST, BY_NAME = Keyset("-pk"), Keyset("name", "pk")
BENEFITS = {"board": {"board": True}, "lodging": {"lodging": True}, "both": {"board": True, "lodging": True}}


@dataclass(frozen=True)
class VacancyRow:
    vacancy: Vacancy
    place: str
    is_open: bool


@dataclass(frozen=True)
class VacancyPage:
    """`openings` counts people over the whole filter; `next_after` is the key of the next page, None on the last."""

    rows: tuple[VacancyRow, ...]
    total: int
    openings: int
    next_after: str | None


@dataclass(frozen=True)
class EmployerPage:
    rows: tuple[Employer, ...]
    total: int
    next_after: str | None


@dataclass(frozen=True)
class JobPanel:
    """What the case page shows of jobs; `ended` are the jobs of this case that are over."""

    placement: Placement | None
    place: str
    introduction: Introduction | None
    letters: tuple[Letter, ...]
    ended: tuple[Placement, ...]

    @property
    def letter(self) -> Letter | None:
        """The newest that was not revoked."""
        return next((letter for letter in self.letters if not letter.revoked_at), None)

    @property
    def lacks_letter(self) -> bool:
        """There is a job, or the talk of one, to travel to with a letter."""
        goes = self.placement is not None and self.placement.case.needs_transport
        return self.letter is None and bool(goes or self.introduction)


def vacancy_page(filters: dict, today: date, *, after: str | None = None) -> VacancyPage:
    """2 queries. Newest first, by key: `filters` are the cleaned answers of VacancyFilter."""
    vacancies = filtered_vacancies(filters, today)
    sums = vacancies.aggregate(total=Count("pk"), openings=Sum(F("headcount") - F("filled"), default=0))
    found, next_after = NEWEST_FIRST.page(vacancies.for_page(), after, PAGE)
    rows = tuple(VacancyRow(v, full_name(v.area_id), v.is_open(today)) for v in found)
    return VacancyPage(rows, sums["total"], sums["openings"], next_after)


def filtered_vacancies(filters: dict, today: date) -> QuerySet[Vacancy]:
    vacancies = _in_state(Vacancy.objects.all(), filters.get("state", ""), today)
    if filters.get("q"):
        vacancies = vacancies.titled_like(filters["q"])
    if filters.get("place"):
        vacancies = _at(vacancies, filters["place"])
    if filters.get("wage"):
        vacancies = vacancies.paying(filters["wage"])
    return vacancies.filter(**BENEFITS.get(filters.get("benefits", ""), {}))


def employer_page(text: str, *, after: str | None = None) -> EmployerPage:
    """2 queries, in the order of names."""
    employers = Employer.objects.named_like(text) if text else Employer.objects.all()
    total = employers.count()
    openings = Sum(F("vacancies__headcount") - F("vacancies__filled"), filter=Q(vacancies__closed_at=None), default=0)
    shown = employers.annotate(openings=openings, posts=Count("vacancies")).select_related("area")
    rows, next_after = BY_NAME.page(shown, after, PAGE)
    return EmployerPage(tuple(rows), total, next_after)


def job_panel(case: Case) -> JobPanel:
    """3 queries."""
    placements = list(case.placements.select_related("vacancy", "employer", "case").order_by("-pk"))
    current = next((placement for placement in placements if placement.is_current), None)
    introduction = case.introductions.open().select_related("vacancy__employer").first()
    letters = tuple(case.letters.defer("facts", "id_number_cipher").select_related("issued_by").order_by("-pk"))
    ended = tuple(placement for placement in placements if not placement.is_current)
    return JobPanel(current, full_name(current.area_id) if current else "", introduction, letters, ended)


def people_on(vacancy: Vacancy, user: User) -> list[Placement]:
    """Those placed there now whom this user may see; the rest are only counted. 1 query."""
    current = vacancy.placements.current().visible_to(user)
    return list(current.select_related("worker", "case").order_by("-start_on", "pk"))


def offers_for(case: Case) -> dict[str, Placement | Introduction]:
    """What a letter of this case may be for: the job confirmed, or the post the worker is introduced to. 2 queries."""
    placement = case.placements.current().select_related("employer", "vacancy").first()
    if placement is not None:
        return {"placement": placement}
    introduction = case.introductions.open().select_related("vacancy__employer").first()
    return {"introduction": introduction} if introduction else {}


def _in_state(vacancies, shown: str, today: date):
    """`shown` is a word of the filter: full, closed, any, or nothing for those with openings."""
    if shown == "full":
        return vacancies.open(today).filter(filled=F("headcount"))
    if shown == "closed":
        return vacancies.exclude(pk__in=vacancies.open(today).values("pk"))
    return vacancies if shown == "any" else vacancies.open(today).with_openings()


def _at(vacancies, text: str):
    """A place nobody knows matches nothing: an unread filter would show too much."""
    code = resolve_destination(text)
    if code is None:
        return vacancies.none()
    low, high = ranges.range_of(code, places()[code].level)
    return vacancies.filter(area_id__gte=low, area_id__lt=high)
