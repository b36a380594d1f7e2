from datetime import date

from django.db import connection, models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import Coalesce

from kit.days import local_day
from staff.querysets import Scoped
from workers.rules.ages import ADULT


class EmployerQuerySet(models.QuerySet):
    def named_like(self, text: str) -> "EmployerQuerySet":
        return self.filter(Q(name__icontains=text) | Q(credit_code=text.upper()))

    def not_held(self) -> "EmployerQuerySet":
        return self.filter(is_held=False)


class VacancyQuerySet(models.QuerySet):
    def open(self, today: date) -> "VacancyQuerySet":
        """Taking applications that day, by an employer that is not on hold. Openings may still be gone."""
        not_over = Q(open_until=None) | Q(open_until__gte=today)
        return self.filter(not_over, closed_at=None, open_from__lte=today, employer__is_held=False)

    def with_openings(self) -> "VacancyQuerySet":
        return self.filter(filled__lt=F("headcount"))

    def paying(self, wage: int) -> "VacancyQuerySet":
        """Somewhere in the range the wage is reached."""
        return self.filter(wage_high__gte=wage)

    def for_age(self, age: int) -> "VacancyQuerySet":
        """People of 16 and 17 only where the post is marked as suiting them and has no night shift."""
        fitting = self.filter(age_min__lte=age, age_max__gte=age)
        return fitting.filter(suits_minors=True, night_shift=False) if age < ADULT else fitting

    def titled_like(self, text: str) -> "VacancyQuerySet":
        return self.filter(Q(title__icontains=text) | Q(employer__name__icontains=text))

    def for_page(self) -> "VacancyQuerySet":
        return self.select_related("employer", "area", "area__parent")


class IntroductionQuerySet(Scoped, models.QuerySet):
    area_field = "case__area_id"

    def open(self) -> "IntroductionQuerySet":
        return self.filter(result__in=["", self.model.Result.WAITING])


# written out, because every booking of a seat asks it
PLACE_OF_WORK = "SELECT area_code FROM jobs_placement WHERE case_id = %s AND ended_on IS NULL"


class PlacementQuerySet(Scoped, models.QuerySet):
    area_field = "case__area_id"

    def place_of_work(self, case_id: int) -> int | None:
        """The division in which somebody works, or will."""
        with connection.cursor() as cursor:
            cursor.execute(PLACE_OF_WORK, [case_id])
            found = cursor.fetchone()
        return found[0] if found else None

    def current(self) -> "PlacementQuerySet":
        return self.filter(ended_on=None)


class LetterQuerySet(Scoped, models.QuerySet):
    area_field = "case__area_id"

    def for_the_job_of(self, letter) -> "LetterQuerySet":
        """Valid on the day that letter is issued, for the same worker and post, or the same employer without a post.

        One that the employer answered with no has done its work.
        """
        same = {name: getattr(letter, name) for name in ("worker_id", "employer_id", "vacancy_id")}
        valid = self.filter(**same, revoked_at=None, valid_until__gte=local_day(letter.issued_at))
        return valid.exclude(receipt__in=self.model.SAID_NO)

    def standing_for_each(self, today: date) -> "LetterQuerySet":
        """Of the job of a placement of the outer query: valid still, or its receipt has confirmed it."""
        is_valid = Q(valid_until__gte=today) & ~Q(receipt__in=self.model.SAID_NO)
        has_confirmed = Q(receipt=self.model.Receipt.HIRED, receipt_at__gte=OuterRef("confirmed_at"))
        standing = self.filter(is_valid | has_confirmed, revoked_at=None)
        same = {"worker": OuterRef("worker"), "employer": OuterRef("employer")}
        return standing.alias(post=Coalesce("vacancy_id", 0)).filter(post=Coalesce(OuterRef("vacancy_id"), 0), **same)
