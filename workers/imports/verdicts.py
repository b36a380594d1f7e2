"""What a row says about a person, and what is said about the row."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from areas.ranges import Range
from workers.imports.issues import NOT_SAVED, VERDICTS, Issue
from workers.imports.questions import Decisions, Question, Registered
from workers.imports.tables import RosterRow
from workers.rules.likeness import Traits

ACCEPTED = "accept"


@dataclass(frozen=True)
class Context:
    """`registered` and `look_alikes` by `RosterPerson.key`. `ranges` are the areas of whoever imports; None for all."""

    today: date
    registered: Mapping[str, Registered] = field(default_factory=dict)
    ranges: tuple[Range, ...] | None = None
    look_alikes: Mapping[str, tuple[Registered, ...]] = field(default_factory=dict)
    decisions: Decisions = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class RosterPerson:
    """What a row says, cleaned. Never changed, and not frozen: to freeze twenty fields takes longer than to read them.

    `area` is the village, or the deepest division that is certain. `home` tells households of the roster apart
    (`families.py`), `role` is what they are to its head."""

    name: str = ""
    id_number: str = ""
    sex: str = ""
    birth_date: date | None = None
    phone: str = ""
    area: int | None = None
    village: int | None = None
    group_no: str = ""
    collected_on: date | None = None
    status: str = ""
    destination: int | None = None
    employer: str = ""
    wage: int | None = None
    industry: str = ""
    home: str = ""
    role: str = ""
    lifted_out: bool | None = None
    relocated: bool | None = None
    willing: bool | None = None
    wish: str = ""
    wish_wage: int | None = None
    skills: str = ""
    remark: str = ""

    @property
    def key(self) -> str:
        """Who it is, within a file: the ID number, or without one name, birth date and place."""
        return self.id_number or f"{self.name}|{self.birth_date}|{self.area}"

    @property
    def is_somebody(self) -> bool:
        """Enough is known to tell them from others."""
        return bool(self.id_number or (self.name and self.birth_date and self.area))

    def traits(self, phone: bytes | None = None) -> Traits:
        """`phone` as a hash, to be compared with the register's, or without one as it stands."""
        return Traits(
            name=self.name, sex=self.sex, birth_date=self.birth_date, area=self.area, phone=phone or self.phone,
            has_number=bool(self.id_number), home=self.home,
        )  # fmt: skip


class Judged:
    """What follows from the issues of a row; the gravest decides."""

    __slots__ = ()
    issues: tuple[Issue, ...]

    @property
    def verdict(self) -> str:
        if not self.issues:  # most rows
            return ACCEPTED
        return min((issue.verdict for issue in self.issues), key=VERDICTS.index)

    @property
    def deciding(self) -> list[Issue]:
        """The issues that make the verdict what it is; lesser ones are told in the message only."""
        return [issue for issue in self.issues if issue.verdict == self.verdict]

    @property
    def issue_names(self) -> str:
        return ";".join(dict.fromkeys(issue.reported_as for issue in self.deciding))

    @property
    def field(self) -> str:
        return next((issue.field for issue in self.deciding), "")

    @property
    def message(self) -> str:
        ordered = sorted(self.issues, key=lambda issue: VERDICTS.index(issue.verdict))
        return " ".join(dict.fromkeys(issue.message for issue in ordered))


@dataclass(slots=True)
class Verdict(Judged):
    """Never changed either: whatever is found later makes a new one.

    `question` waits for an answer; `answered` were given one. What a person said of the record: `new_name` to
    take, `adds_number`, `keeps_name` to leave it as it is. `saved_as` is the key of whoever is on the register
    because of this row."""

    row: RosterRow
    person: RosterPerson
    issues: tuple[Issue, ...] = ()
    duplicate_of: str = ""
    existing: Registered | None = None
    question: Question | None = None
    answered: tuple[Question, ...] = ()
    new_name: str = ""
    adds_number: bool = False
    keeps_name: bool = False
    saved_as: int | None = None

    def with_issue(self, name: str, column: str, **values: str) -> "Verdict":
        issue = Issue(name, self.row.heading(column), tuple(values.items()))
        return replace(self, issues=(*self.issues, issue))

    def asking(self, question: Question, issue: str, column: str, **values: str) -> "Verdict":
        return replace(self.with_issue(issue, column, **values), question=question)

    def answered_by(self, question: Question) -> "Verdict":
        return replace(self, answered=(*self.answered, question))

    @property
    def is_decided(self) -> bool:
        """Something of the record changes because a person said so."""
        return bool(self.new_name or self.adds_number or self.keeps_name)

    @property
    def worker_id(self) -> int | None:
        """Whom the row is about on the register; None for nobody who is there."""
        return self.saved_as or (self.existing.worker_id if self.existing else None)

    @property
    def is_saved(self) -> bool:
        if not self.issues:
            return self.question is None
        is_out_of_reach = any(issue.name in ("registered_elsewhere", "area_unknown") for issue in self.issues)
        return self.verdict not in NOT_SAVED and not is_out_of_reach and self.question is None
