"""The law's ages, in whole years. Below WORKING_AGE nobody is registered, recommended, placed or given a seat."""

WORKING_AGE = 16
ADULT = 18
RETIREMENT_AGE = 60
EARLIEST_PENSION = 50  # of women who are workers; nobody younger is over working age
