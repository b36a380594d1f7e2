from dataclasses import dataclass
from datetime import date

from areas.selectors import full_name
from staff.models import User
from staff.roles import Role


@dataclass(frozen=True)
class PostingLine:
    role: str
    area: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class MyPage:
    """Who I am to the system: my postings decide what I see."""

    name: str
    username: str
    phone: str
    postings: tuple[PostingLine, ...]


def my_page(user: User) -> MyPage:
    lines = (
        PostingLine(str(Role(posting.role).label), full_name(posting.area), posting.starts_on, posting.ends_on)
        for posting in user.current_postings
    )
    return MyPage(str(user), user.username, user.phone, tuple(lines))
