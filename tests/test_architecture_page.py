"""docs/architecture.md leads a newcomer to the room of a rule: what it names is there, and the rule is in it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs" / "architecture.md").read_text()
MOST_ROOMS = 24

# What a new engineer was asked with only the page in hand: the room, and what is found there.
QUESTIONS = {
    "How long until a first contact is late?": ("cases/queue/deadlines.py", "def due_at"),
    "Who may see a full ID number?": ("workers/policies.py", "def check_can_reveal"),
    "When is someone unreachable?": ("cases/contact/unreachable.py", "CALLS, DAYS, BANDS"),
    "Which seat next to a spouse?": ("transport/rules/seating.py", "def choose_seats"),
    "What does a wrong number do?": ("cases/contact/next_attempt.py", "def _ask_for_number"),
    "What does a status said in a talk do to the case?": ("cases/contact/outcomes.py", "def route_of"),
    "At what hours is no text sent?": ("notifications/rules/quiet_hours.py", "def next_loud_moment"),
    "How many drivers does a night on the road need?": ("transport/rules/driving.py", "def plan_drivers"),
    "Who may be placed on a post?": ("jobs/rules/fitness.py", "def check_may_place"),
    "Is this ID number valid?": ("workers/rules/idnumbers.py", "def parse_id_number"),
    "Why is somebody flagged?": ("workers/rules/flag_rules.py", "def "),
    "In which order are an item and its case locked?": ("cases/locking.py", "LOCKED = "),
}


def named():
    """(app or "", path) of everything the page names in backquotes that looks like a path."""
    for paragraph in re.split(r"\n(?=- |\d\. |\||\n)", PAGE):
        app = re.match(r"- \*\*`(\w+)/`\*\*", paragraph)
        for path in re.findall(r"`([\w/]+(?:\.py|/))`", paragraph):
            yield (app[1] if app else ""), path


def apps():
    return ["kit", *settings.JOURNEY, "config"]


def stands_somewhere(app: str, path: str) -> bool:
    """In a paragraph about an app the path is read from there."""
    if app:
        return path == f"{app}/" or (ROOT / path).exists() or any((ROOT / app).glob(f"**/{path.rstrip('/')}"))
    return any((ROOT / place / path).exists() for place in ["", "docs", *apps()]) or any(ROOT.glob(f"*/*/{path}"))


def test_every_room_the_page_names_is_there():
    assert [pair for pair in named() if not stands_somewhere(*pair)] == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_room_of_a_rule_is_where_the_page_leads(question):
    path, rule = QUESTIONS[question]
    app, *_, room = path.split("/")

    assert rule in (ROOT / path).read_text()
    assert f"`{app}/`" in PAGE
    assert room in PAGE or f"`{path.split('/')[1]}/`" in PAGE


@pytest.mark.parametrize("app", apps())
def test_no_app_has_more_rooms_than_one_can_keep_in_mind(app):
    rooms = {path.name for path in (ROOT / app).iterdir() if path.suffix == ".py" or any(path.glob("**/*.py"))}

    assert len(rooms - {"__init__.py", "migrations", "__pycache__"}) <= MOST_ROOMS
