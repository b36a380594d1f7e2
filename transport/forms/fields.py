"""Moments and days that a planner may enter."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator

from kit.days import start_of_day
from kit.fields import MomentField

# A slip of the finger in the year is told in the form, before anything is reckoned from it.
SINCE, UNTIL = date(2000, 1, 1), date(2100, 1, 1)
IN_TIME = (MinValueValidator(SINCE), MaxValueValidator(UNTIL))


class PlannedField(MomentField):
    default_validators = [MinValueValidator(start_of_day(SINCE)), MaxValueValidator(start_of_day(UNTIL))]
