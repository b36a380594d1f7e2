from cases.choices import CloseReason
from cases.refusals import NotUnder16
from workers.refusals import NotOverAge
from workers.rules.ages import EARLIEST_PENSION, WORKING_AGE


def check_age(reason: str, age: int) -> None:
    """`age` in whole years; NotUnder16 or NotOverAge when this reason to close a case cannot be true of it."""
    if reason == CloseReason.UNDER_16 and age >= WORKING_AGE:
        raise NotUnder16(age)
    if reason == CloseReason.OVER_AGE and age < EARLIEST_PENSION:
        raise NotOverAge(age)
