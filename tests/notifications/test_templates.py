from datetime import UTC, date, datetime

import pytest
from django.utils.translation import gettext_lazy

from notifications import templates
from notifications.rules.sensitive import SensitiveText
from notifications.templates import TemplateBroken
from tests.notifications.texts import NOTE


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """A registry of this test's own."""
    monkeypatch.setattr(templates, "_registry", dict(templates._registry))


def test_it_is_said_in_the_workers_language():
    templates.register("t", zh="{when}在{where}集合", en="Gather at {where}, {when}")
    context = {"when": datetime(2026, 3, 5, 23, 30, tzinfo=UTC), "where": "文腾广场", "more": "unused"}

    assert templates.render("t", context, "zh-hans") == "3月6日 07:30在文腾广场集合"
    assert templates.render("t", context, "en") == "Gather at 文腾广场, 6 Mar 07:30"


def test_dates_numbers_and_lazy_words_are_put_in_words():
    templates.register("t", zh="{day} {n} {word}", en="{day} {n} {word}")
    context = {"day": date(2026, 10, 1), "n": 12, "word": gettext_lazy("Monday")}

    assert templates.render("t", context, "zh-hans") == "10月1日 12 星期一"
    assert templates.render("t", context, "en") == "1 Oct 12 Monday"


def test_a_line_break_in_a_title_does_not_break_the_text():
    templates.register("t", zh="参加{title}", en="Join {title}")

    assert templates.render("t", {"title": "春风行动\n 专场 "}, "zh-hans") == "参加春风行动 专场"


def test_braces_in_a_value_are_only_braces():
    templates.register("t", zh="{a}", en="{a}")

    assert templates.render("t", {"a": "{a.__class__}"}, "en") == "{a.__class__}"


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("您的{seat}", "Your seat"),
        ("{worker.name}", "{worker.name}"),
        ("{0}", "{0}"),
        ("{}", "{}"),
    ],
)
def test_a_template_names_plain_fields_the_same_in_both_languages(zh, en):
    with pytest.raises(TemplateBroken):
        templates.register("t", zh=zh, en=en)


@pytest.mark.parametrize(("zh", "en"), [("脱贫户优先", "You first"), ("您优先", "Poverty households first")])
def test_a_sensitive_word_is_refused_at_registration_in_either_language(zh, en):
    with pytest.raises(SensitiveText):
        templates.register("t", zh=zh, en=en)


def test_a_sensitive_value_is_refused_when_rendered():
    templates.register("t", zh="请参加{title}", en="Join {title}")

    with pytest.raises(SensitiveText):
        templates.render("t", {"title": "脱贫劳动力专场"}, "zh-hans")


def test_one_key_has_one_wording():
    templates.register("t", zh="甲", en="A")
    templates.register("t", zh="甲", en="A")

    with pytest.raises(TemplateBroken):
        templates.register("t", zh="乙", en="B")


def test_what_is_missing_is_named():
    with pytest.raises(TemplateBroken, match="what"):
        templates.render(NOTE, {}, "en")
    with pytest.raises(TemplateBroken, match="nothing_of_the_kind"):
        templates.get("nothing_of_the_kind")
