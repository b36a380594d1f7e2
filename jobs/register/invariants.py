"""What must always hold of jobs; each function counts the rows that break it."""

from django.db.models import Count, F, Max, Q
from django.db.models.functions import ExtractYear

from cases.choices import AT_WORK_STATES, State
from cases.models import Case
from jobs.models import Introduction, Letter, LetterCounter, Placement, Vacancy
from workers.invariants import register
from workers.rules.ages import WORKING_AGE

CURRENT = Q(placements__ended_on=None, placements__isnull=False)


def vacancies_filled_beyond_headcount() -> int:
    return Vacancy.objects.annotate(n=Count("placements", filter=CURRENT)).filter(n__gt=F("headcount")).count()


def vacancies_counted_wrong() -> int:
    return Vacancy.objects.annotate(n=Count("placements", filter=CURRENT)).exclude(n=F("filled")).count()


def books_with_a_gap() -> int:
    books = Letter.objects.values("county", "year").annotate(n=Count("pk"), last=Max("number"))
    return books.exclude(n=F("last")).count()


def counters_that_disagree_with_their_book() -> int:
    counters = LetterCounter.objects.values_list("county_id", "year", "last_number")
    books = Letter.objects.values("county_id", "year").annotate(last=Max("number"))
    entered = {(book["county_id"], book["year"]): book["last"] for book in books}
    return sum(entered.pop((county, year), 0) != last for county, year, last in counters) + len(entered)


def workers_with_two_current_placements() -> int:
    workers = Placement.objects.current().values("worker").annotate(n=Count("pk"))
    return workers.filter(n__gt=1).count()


def cases_at_work_without_placement() -> int:
    """A case settled before its placement was ended by a new story is no fault: only the last round counts."""
    return Case.objects.filter(state__in=(State.PLACED, State.TRANSPORTED)).exclude(_has_current()).count()


def placements_of_cases_not_at_work() -> int:
    return Placement.objects.current().exclude(case__state__in=AT_WORK_STATES).count()


def placements_under_16() -> int:
    born = ExtractYear("worker__birth_date")
    close = Placement.objects.annotate(years=ExtractYear("start_on") - born).filter(years__lte=WORKING_AGE)
    return sum(placement.worker.age(placement.start_on) < WORKING_AGE for placement in close.select_related("worker"))


def open_introductions_of_cases_not_referred() -> int:
    return Introduction.objects.open().exclude(case__state=State.REFERRED).count()


def _has_current() -> Q:
    return Q(pk__in=Placement.objects.current().values("case"))


register("jobs: no vacancy is filled beyond its headcount", vacancies_filled_beyond_headcount)
register("jobs: a vacancy counts its current placements", vacancies_counted_wrong)
register("jobs: the book of letters has no gap", books_with_a_gap)
register("jobs: a letter counter stands at the last letter of its book", counters_that_disagree_with_their_book)
register("jobs: a worker has one current placement at most", workers_with_two_current_placements)
register("jobs: a case at work has a current placement", cases_at_work_without_placement)
register("jobs: a current placement belongs to a case at work", placements_of_cases_not_at_work)
register("jobs: nobody under 16 is placed", placements_under_16)
register("jobs: an open introduction belongs to a referred case", open_introductions_of_cases_not_referred)
