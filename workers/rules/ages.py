"""The law's ages, in whole years. Below WORKING_AGE nobody is registered, recommended, placed or given a seat."""

WORKING_AGE = 16
ADULT = 18
RETIREMENT_AGE = 60
