"""What a row says about a person, and what is said about the row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from areas.ranges import Range
from workers.imports.issues import NOT_SAVED, VERDICTS, Issue
from workers.imports.tables import RosterRow


@dataclass(frozen=True)
class Registered:
    """Somebody on the register already, as far as a row must know."""

    worker_id: int
    name: str
    area_id: int


@dataclass(frozen=True)
class Seen:
    """An earlier row of the same file."""

    label: str
    phone: str


@dataclass(frozen=True)
class Context:
    """`registered` by `RosterPerson.key`. `ranges` are the areas of whoever imports; None for all of them."""

    today: date
    registered: Mapping[str, Registered] = field(default_factory=dict)
    ranges: tuple[Range, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class RosterPerson:
    """What a row says, cleaned. `area` is the village, or the deepest division that is certain."""

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


@dataclass(frozen=True)
class Verdict:
    row: RosterRow
    person: RosterPerson
    issues: tuple[Issue, ...] = ()
    duplicate_of: str = ""
    existing: Registered | None = None

    @property
    def verdict(self) -> str:
        return min((issue.verdict for issue in self.issues), key=VERDICTS.index, default="accept")

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

    @property
    def is_saved(self) -> bool:
        is_out_of_reach = any(issue.name in ("registered_elsewhere", "area_unknown") for issue in self.issues)
        return self.verdict not in NOT_SAVED and not is_out_of_reach
