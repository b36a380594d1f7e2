"""A seal on paper, which nobody changes from afar. Its QR code holds the seal's own line, letter by letter."""

from collections.abc import Iterable, Iterator

from django.template.loader import render_to_string
from django.utils.dateparse import parse_datetime

from kit.papers import qr_svg, render_pdf
from workers.models import JournalSeal
from workers.rules.seals import paper
from workers.rules.seals.replay import SealFault
from workers.rules.seals.seal import Seal

IN_A_GROUP = 8  # characters of a long number, as people read it out


def printed(seal: Seal) -> bytes:
    """One page of A4 as PDF."""
    context = {
        "seal": seal,
        "sealed_at": parse_datetime(seal.sealed_at),
        "code": qr_svg(seal.text),
        "numbers": [(name, _groups(value)) for name, value in (("总摘要", seal.root), ("本封存", seal.hash),
                                                               ("上一封存", seal.before), ("公钥", seal.key))],
    }  # fmt: skip
    return render_pdf(render_to_string("workers/papers/seal.html", context))


def faults(codes: Iterable[str]) -> Iterator[SealFault | str]:
    """Of codes read from printed seals, against the database."""
    return paper.faults(codes, lambda number: _text(number))


def _text(number: int) -> str:
    return JournalSeal.objects.filter(pk=number).values_list("text", flat=True).first() or ""


def _groups(value: str) -> list[str]:
    return [value[start : start + IN_A_GROUP] for start in range(0, len(value), IN_A_GROUP)]
