"""Two drawings of a case, as numbers and words for an SVG template: the path it took, and the steps of the engine.

The template draws them inline with the page's own colours, so that they are readable in the dark and every word in
them is escaped like any other.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from viewflow.workflow import chart
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from cases.choices import State, Step
from cases.models import Case, CaseMove
from cases.queue.flow import HumanStep, PlacementFlow
from cases.selectors.one_case import PATH
from kit.dates import day
from kit.days import local_day

# how high or low a line leaves the row of boxes: forward in one go, over the row, or back under it
SHORTCUTS = {(State.CONTACTED, State.PLACED): 28, (State.PLACED, State.SETTLED): 28}
LOOPS = {
    (State.REFERRED, State.CONTACTED): 136,
    (State.PLACED, State.CONTACTED): 158,
    (State.TRANSPORTED, State.CONTACTED): 158,
}
LEFT, STEP, WIDTH, HEIGHT, TOP = 12, 166, 128, 42, 58
RUNNING = (STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED)


@dataclass(frozen=True)
class Box:
    """`when` is past, now or next."""

    label: str
    words: str
    when: str
    x: int
    y: int
    middle: int


@dataclass(frozen=True)
class Arrow:
    """`line` is an SVG path; `words` stand at (x, y)."""

    line: str
    taken: bool
    words: str = ""
    x: int = 0
    y: int = 0


@dataclass(frozen=True)
class PathChart:
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def path_chart(case: Case, moves: Iterable[CaseMove]) -> PathChart:
    """Solid is taken, dashed is not, filled is now; ways back are drawn, never hidden."""
    moves = list(moves)
    taken = {(move.from_state, move.to_state): local_day(move.at) for move in moves}
    return PathChart(tuple(_boxes(case, moves)), tuple(_arrows(taken)))


def _boxes(case: Case, moves: list[CaseMove]) -> Iterable[Box]:
    for number, state in enumerate(PATH):
        days = list(dict.fromkeys(local_day(move.at) for move in moves if move.to_state == state))
        when = "now" if state == case.state else "past" if days else "next"
        x = LEFT + number * STEP
        yield Box(str(state.label), _days(days), when, x, TOP, x + WIDTH // 2)


def _days(days: list[date]) -> str:
    """The first and the last of them: there is room for two."""
    shown = days if len(days) < 3 else [days[0], days[-1]]
    return pgettext("between two days", ", ").join(day(on) for on in shown)


def _arrows(taken: dict[tuple[str, str], date]) -> Iterable[Arrow]:
    middle = TOP + HEIGHT // 2
    for source, target in pairwise(PATH):
        start, end = _left(source) + WIDTH, _left(target) - 8
        yield Arrow(f"M{start} {middle}H{end}", (source, target) in taken)
    for pair, height in SHORTCUTS.items():
        yield _detour(pair, taken, height, TOP, TOP - 8, height - 8)
    for pair, height in LOOPS.items():
        if pair[0] != State.TRANSPORTED or pair in taken:
            yield _detour(pair, taken, height, TOP + HEIGHT, TOP + HEIGHT + 8, height + 14)


def _detour(pair, taken, height: int, leave: int, arrive: int, words_at: int) -> Arrow:
    start, end = _middle(pair[0]), _middle(pair[1])
    start += 18 if pair[0] == State.PLACED and height < TOP else 0
    end -= 18 if pair in ((State.CONTACTED, State.PLACED),) else -12 * (height > 140)
    on = taken.get(pair)
    words = _detour_words(pair) + (f" {day(on)}" if on else "")
    return Arrow(f"M{start} {leave}V{height}H{end}V{arrive}", on is not None, words, (start + end) // 2, words_at)


def _detour_words(pair) -> str:
    words = {
        (State.CONTACTED, State.PLACED): _("direct job"),
        (State.PLACED, State.SETTLED): _("work nearby, no seat"),
        (State.REFERRED, State.CONTACTED): _("no match, back"),
        (State.PLACED, State.CONTACTED): _("job fell through, back"),
        (State.TRANSPORTED, State.CONTACTED): _("left the job, back"),
    }
    return words[pair]


def _left(state: str) -> int:
    return LEFT + PATH.index(state) * STEP


def _middle(state: str) -> int:
    return _left(state) + WIDTH // 2


@dataclass(frozen=True)
class Node:
    """`kind` is start, switch, step or end; `when` is now, past or next; `times` it was entered."""

    kind: str
    label: str
    when: str
    times: int
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.width // 2

    @property
    def center(self) -> int:
        return self.height // 2


@dataclass(frozen=True)
class FlowChart:
    width: int
    height: int
    nodes: tuple[Node, ...]
    lines: tuple[str, ...]


KINDS = {"start": "start", "route": "switch", "end": "end"}


def flow_chart(case: Case) -> FlowChart:
    """The engine's own layout and record: which nodes its tasks went through. One query."""
    grid = chart.calc_layout_data(PlacementFlow)
    times, running = _passes(case)
    nodes = tuple(_node(cell, times, running) for cell in grid.cells)
    lines = tuple("M" + " L".join(f"{x} {y}" for x, y in edge.segments) for edge in grid.edges)
    return FlowChart(grid.width, grid.height, nodes, lines)


def _passes(case: Case) -> tuple[Counter, set[str]]:
    """How often each node was entered, and where a task is open now."""
    tasks = Task.objects.filter(
        process__artifact_content_type=ContentType.objects.get_for_model(Case), process__artifact_object_id=case.pk
    ).only("flow_task", "status")
    names = [(task.flow_task.name, task.status) for task in tasks]
    return Counter(name for name, _status in names), {name for name, status in names if status in RUNNING}


def _node(cell, times: Counter, running: set[str]) -> Node:
    name = cell.node.name
    when = "now" if name in running else "past" if times[name] else "next"
    shape = cell.shape
    return Node(
        kind=KINDS.get(name, "step"),
        label=_label(cell.node),
        when=when,
        times=times[name],
        x=shape.x,
        y=shape.y,
        width=shape.width,
        height=shape.height,
    )


def _label(node) -> str:
    if isinstance(node, HumanStep):
        return str(Step(node.step).label)
    return {"start": _("Case opened"), "route": _("What does the state ask for?"), "end": _("Case ended")}[node.name]
