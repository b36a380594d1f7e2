"""Compares what rows say of people with the other rows and with the register, and asks where only a person can tell.

Pure. Nothing is saved of a row while it asks.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from areas.ranges import is_inside
from workers.imports import questions
from workers.imports.questions import Registered
from workers.imports.verdicts import Context, RosterPerson, Verdict
from workers.rules import names
from workers.rules.likeness import Gathering

MOST_NAMED = 5
"""Rows that one row is set against: of two thousand with one number nobody reads more."""


def compare_rows(verdicts: Sequence[Verdict], context: Context) -> list[Verdict]:
    """Of good rows about one person the first counts; of two names with one number neither, before somebody says."""
    compared = list(verdicts)
    for places in _groups(compared, lambda person: person.key):
        _put(compared, places, _one_key([compared[each] for each in places], context))
    asking = {names.folded(v.person.name) for v in compared if not v.person.id_number and v.person.is_somebody}
    for places in _groups(compared, lambda person: names.folded(person.name)) if asking else ():
        if names.folded(compared[places[0]].person.name) in asking:
            _put(compared, places, _one_name([compared[each] for each in places], context))
    return compared


def compare_with_register(verdict: Verdict, context: Context) -> Verdict:
    """May come after the rest, when all persons of a file have been looked up at once."""
    person = verdict.person
    existing = context.registered.get(person.key) if person.is_somebody else None
    if existing is None:
        return _compare_with_look_alikes(verdict, context)
    if context.ranges is not None and not is_inside(existing.area_id, context.ranges):
        return verdict.with_issue("registered_elsewhere", _known_by(verdict))
    if verdict.question or names.are_same(person.name, existing.name):
        return _familiar(verdict, existing)
    return _compare_names(verdict, existing, context)


def first_others(labels: Sequence[str], label: str) -> list[str]:
    return [other for other in islice(labels, MOST_NAMED + 1) if other != label]


def adds_no_number(verdict: Verdict, others: list[str]) -> Verdict:
    undone = tuple(issue for issue in verdict.issues if issue.verdict != "update_existing")
    return replace(verdict, issues=undone).with_issue("two_numbers_added", "id_number", row=", ".join(others))


def _groups(verdicts: Sequence[Verdict], key: Callable[[RosterPerson], str]) -> Iterator[list[int]]:
    """Places of the rows that have something in common, where there are at least two."""
    firsts: dict[str, int] = {}
    found: dict[int, list[int]] = {}
    for place, verdict in enumerate(verdicts):
        if verdict.person.is_somebody:
            first = firsts.setdefault(key(verdict.person), place)
            if first != place:
                found.setdefault(first, [first]).append(place)
    yield from found.values()


def _put(compared: list[Verdict], places: list[int], group: Iterator[Verdict]) -> None:
    for place, verdict in zip(places, group, strict=True):
        compared[place] = verdict


def _one_key(group: list[Verdict], context: Context) -> Iterator[Verdict]:
    named = {names.folded(verdict.person.name) for verdict in group if verdict.person.name}
    if len(named) < 2:
        return _without_repetition(group)
    return _one_number(group, context)


def _without_repetition(group: list[Verdict]) -> Iterator[Verdict]:
    """A row that is refused stands in nobody's way."""
    first = next((verdict for verdict in group if verdict.is_saved), None)
    for verdict in group:
        repeats = verdict.is_saved and verdict is not first
        yield _same_as(first, verdict) if repeats else verdict


def _same_as(first: Verdict, other: Verdict) -> Verdict:
    phones = {verdict.person.phone for verdict in (first, other)} - {""}
    name, column = ("duplicate_different_phone", "phone") if len(phones) > 1 else ("duplicate_exact", "id_number")
    same = replace(other.with_issue(name, column, row=first.row.label), duplicate_of=first.row.label)
    homes = {verdict.person.home for verdict in (first, other)} - {""}
    return same.with_issue("two_households", "household", row=first.row.label) if len(homes) > 1 else same


def _one_number(group: list[Verdict], context: Context) -> Iterator[Verdict]:
    """Rows with one number and several names: all of them wait, or the one that somebody said is right is taken."""
    about, right = group[0].row.label, [verdict.row.label for verdict in group if verdict.is_saved]
    offered = [
        *islice(right, MOST_NAMED + 1),
        *(row for row in right if row == questions.said_right(about, context.decisions)),
    ]
    against = _rows_by_name(group)
    for verdict in group:
        if not verdict.is_saved:
            yield verdict
            continue
        label = verdict.row.label
        question = questions.which_row(about, label, [row for row in dict.fromkeys(offered) if row != label])
        chosen = question.answer(context.decisions)
        if chosen is None:
            others = _rows_of_other_names(against, verdict)
            yield verdict.asking(question, "number_has_two_names", "id_number", row=", ".join(others))
        elif chosen.choice == label:
            yield verdict.answered_by(question)
        else:
            left_out = verdict.with_issue("other_row_is_right", "id_number", row=chosen.choice)
            yield replace(left_out.answered_by(question), duplicate_of=chosen.choice)


def _rows_by_name(group: list[Verdict]) -> dict[str, list[tuple[int, str]]]:
    """Place and label of the rows of each name."""
    found = defaultdict(list)
    for place, verdict in enumerate(group):
        found[names.folded(verdict.person.name)].append((place, verdict.row.label))
    return found


def _rows_of_other_names(by_name: dict[str, list[tuple[int, str]]], verdict: Verdict) -> list[str]:
    """The first few."""
    own = names.folded(verdict.person.name)
    others = chain.from_iterable(rows[:MOST_NAMED] for name, rows in by_name.items() if name != own)
    return [label for _place, label in sorted(islice(others, MOST_NAMED))]


def _one_name(group: list[Verdict], context: Context) -> Iterator[Verdict]:
    """A row without a number may be about the person of a row that has one, or of an earlier one without."""
    others = Gathering()
    for verdict in group:
        if verdict.person.id_number and verdict.is_saved:
            others.add(verdict.person.traits(), verdict)
    for verdict in group:
        if verdict.person.id_number or not verdict.is_saved:
            yield verdict
            continue
        alike = others.like(verdict.person.traits())
        others.add(verdict.person.traits(), verdict)
        yield _asked_about_rows(verdict, alike, context) if alike else verdict


def _asked_about_rows(verdict: Verdict, alike: list[Verdict], context: Context) -> Verdict:
    labels = [other.row.label for other in alike]
    question = questions.which_row_is_meant(verdict.row.label, labels)
    chosen = question.answer(context.decisions)
    if chosen is None:
        return verdict.asking(question, "perhaps_in_row", "name", row=", ".join(labels))
    if chosen.choice == questions.ANOTHER:
        return verdict.answered_by(question)
    first = next(other for other in alike if questions.row_choice(other.row.label) == chosen.choice)
    return _same_as(first, verdict).answered_by(question)


def _compare_names(verdict: Verdict, existing: Registered, context: Context) -> Verdict:
    question = questions.which_name(verdict.row.label, existing, verdict.person.name)
    chosen = question.answer(context.decisions)
    if not verdict.is_saved:
        return verdict.with_issue("number_of_another_name", "name")
    if chosen is None:
        return verdict.asking(question, "number_of_another_name", "name")
    decided = _familiar(verdict, existing).answered_by(question)
    if chosen.choice == questions.REGISTER:
        return replace(decided.with_issue("name_stands", "name"), keeps_name=True)
    return replace(decided.with_issue("name_taken", "name"), new_name=verdict.person.name)


def _compare_with_look_alikes(verdict: Verdict, context: Context) -> Verdict:
    person = verdict.person
    alike = context.look_alikes.get(person.key, ()) if person.is_somebody and verdict.is_saved else ()
    if not alike:
        return verdict
    question = questions.which_person(verdict.row.label, alike, has_number=bool(person.id_number))
    chosen = question.answer(context.decisions)
    if chosen is None:
        return verdict.asking(question, "perhaps_registered", "name")
    if chosen.who is None:
        return verdict.answered_by(question)
    decided = _familiar(verdict, chosen.who).answered_by(question)
    if not person.id_number or chosen.who.has_number:
        return decided
    return replace(decided.with_issue("number_added", "id_number"), adds_number=True)


def _familiar(verdict: Verdict, existing: Registered) -> Verdict:
    return replace(verdict.with_issue("already_registered", _known_by(verdict)), existing=existing)


def _known_by(verdict: Verdict) -> str:
    return "id_number" if verdict.row.heading("id_number") else "name"
