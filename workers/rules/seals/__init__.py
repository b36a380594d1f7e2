"""The journal as it can be checked with nothing but its lines: no Django, no database, no secret key.

`spelling` is what a hash covers, `chains` walks one worker's lines, `merkle` makes one hash of all heads, `seal` is
the signed statement of it, `replay` reads all seals in order. `python -m workers.rules.seals` puts them together.
"""
