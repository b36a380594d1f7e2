"""Rosters from townships: read whatever was sent, judge every row, save what holds, report on all of it."""
