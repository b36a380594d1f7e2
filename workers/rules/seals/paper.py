"""What was read from the codes of printed seals, against the seals as they lie elsewhere."""

from collections.abc import Callable, Iterable, Iterator

from workers.rules.seals import seal as seals
from workers.rules.seals.replay import SealFault
from workers.rules.seals.seal import BadSeal


def faults(codes: Iterable[str], kept: Callable[[int], str]) -> Iterator[SealFault | str]:
    """One code a line, empty lines aside. `kept` gives the text of the seal of that number, empty if there is none."""
    for line, code in enumerate(map(str.strip, codes), start=1):
        if not code:
            continue
        try:
            seal = seals.read(code)
        except BadSeal:
            yield f"paper, line {line}: this is not the whole code of a seal"
            continue
        if not seal.is_signed():
            yield SealFault(seal.number, "altered")
        elif kept(seal.number) != code:
            yield SealFault(seal.number, "differs_on_paper")
