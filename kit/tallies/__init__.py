"""Counts kept beside the rows they count: a page then reads some thousand rows instead of half a million.

A `Tally` says which rows of a table count, and by what. From that come a table of deltas, which triggers fill in the
transaction that changes a row, and a folded table for each of its rollups, into which a worker adds the deltas up.
What a rollup tells is its folded table and the deltas not yet folded, read in one statement: so it is right at once,
also for whoever has just changed a row, and however late the folding comes.
"""

from kit.tallies.declaring import Rollup, Tally, declare, declared
from kit.tallies.keeping import Difference, differences, fold, repair
from kit.tallies.making import making, removing

__all__ = [
    "Difference",
    "Rollup",
    "Tally",
    "declare",
    "declared",
    "differences",
    "fold",
    "making",
    "removing",
    "repair",
]
