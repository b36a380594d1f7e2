"""Which characters no font of this machine has: a paper shows an empty box for them."""

import pytest

from kit import papers
from kit.templatetags.papers import unprintable


@pytest.mark.parametrize(
    "text, missing",
    [
        ("", ""),
        ("李国琴 Nguyễn Thị Hoa, No. 5·", ""),
        ("王喆镕𠮷", ""),
        ("王\U00031350\U00031350芳\U000323af", "\U00031350\U000323af"),
        ("\ue123", "\ue123"),
        ("\ue81e", ""),
    ],
    ids=["nothing", "usual", "rare, and in the full faces", "in no font", "of private use", "as GBK had it"],
)
def test_what_no_font_has_is_named_once(text, missing):
    assert papers.unprintable(text) == missing


def test_usual_characters_open_no_font(monkeypatch):
    monkeypatch.setattr(papers, "_font_files", lambda: pytest.fail("a font was looked for"))

    assert papers.unprintable("李国琴，贵州省毕节市") == ""


def test_a_broken_font_is_passed_over(tmp_path):
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")

    assert papers._characters_of(broken) == frozenset()


def test_a_page_names_one_text_like_several():
    assert unprintable("王\ue123") == unprintable(["王\ue123"]) == ["王\ue123 (U+E123)"]
