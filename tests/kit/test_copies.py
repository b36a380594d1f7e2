"""A photo or a PDF is kept as a copy of what is seen in it, made where it can do no harm."""

import io

import pytest
from PIL import Image
from pypdf import PdfReader

from kit.apart import copies
from kit.apart.copies import (
    CannotBeOpened,
    CostsTooMuch,
    LockedPdf,
    TooManyPages,
    TooManyPixels,
    harmless_copy,
)
from tests.kit.photos import a_pdf, a_photo

TEAL = (0, 128, 128)
HARM = {"eats": CostsTooMuch, "leaves": CannotBeOpened}


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(harmless_copy(content).content))


def is_like(dot: tuple, other: tuple) -> bool:
    return all(abs(one - two) < 12 for one, two in zip(dot, other, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "HEIF", "PNG"])
def test_a_copy_stands_upright_and_does_not_tell_where_it_was_taken(kind):
    sent = a_photo(kind, taken_at_home=True)

    copy = harmless_copy(sent)

    picture = Image.open(io.BytesIO(copy.content))
    assert b"Phone of Li" in sent
    assert b"of Li" not in copy.content
    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (48, 64), {})
    assert is_like(picture.getpixel((20, 20)), TEAL)


def test_a_copy_has_twelve_megapixels_at_most():
    picture = opened(a_photo("PNG", size=(5000, 3000), mode="L", colour=9))

    assert 11_900_000 < picture.width * picture.height <= 12_000_000


@pytest.mark.parametrize(
    "mode,colour,seen",
    [("RGBA", (0, 0, 0, 0), (255,) * 3), ("I;16", 128 * 256, (128,) * 3), ("P", 0, (0,) * 3)],
)
def test_what_was_seen_is_still_seen(mode, colour, seen):
    """Where nothing was drawn is white; 16 bits of grey become eight."""
    assert is_like(opened(a_photo("PNG", mode=mode, colour=colour)).getpixel((20, 20)), seen)


def test_a_pdf_becomes_pictures_of_its_pages():
    """With the notes on them, and without what it carries, runs or says of itself."""
    sent = a_pdf(pages=2, carrying=b"a trojan of Li")

    copy = harmless_copy(sent)

    pages = PdfReader(io.BytesIO(copy.content)).pages
    assert (copy.ending, len(pages), [round(side) for side in pages[0].mediabox[2:]]) == ("pdf", 2, [300, 400])
    assert is_like(pages[0].images[0].image.getpixel((400, 500)), TEAL)
    assert b"/EmbeddedFile" in sent
    assert not any(word in copy.content for word in (b"/EmbeddedFile", b"of Li", b"/Annots", b"/Names"))


@pytest.mark.parametrize(
    "content,refusal",
    [
        (a_photo("PNG", mode="1", size=(30_000, 30_000), colour=0), TooManyPixels),
        (a_photo("PNG", mode="1", size=(40_000, 1), colour=0), TooManyPixels),
        (a_photo()[:300], CannotBeOpened),
        (b"GIF89a", CannotBeOpened),
        (b"%PDF-1.7 nothing", CannotBeOpened),
        (a_pdf(pages=0), CannotBeOpened),
        (a_pdf(pages=21), TooManyPages),
        (a_pdf(size=(1e7, 1e7)), CannotBeOpened),
        (a_pdf(password="secret"), LockedPdf),
    ],
    ids=["bomb", "thread", "cut off", "gif", "no pdf", "no page", "book", "poster", "locked"],
)
def test_what_cannot_be_copied_is_refused_in_words(content, refusal):
    with pytest.raises(CannotBeOpened) as refused:
        harmless_copy(content)

    assert refused.type is refusal


@pytest.mark.parametrize("deed", HARM)
def test_a_photo_that_harms_whoever_opens_it_is_refused(monkeypatch, deed):
    monkeypatch.setattr(copies, "COPIER", "tests.kit.opened_badly")
    monkeypatch.setattr(copies, "LIMITS", copies.LIMITS._replace(memory=64 * 1024 * 1024, seconds=1, told=2000))

    with pytest.raises(CannotBeOpened) as refused:
        harmless_copy(deed.encode())

    assert refused.type is HARM[deed]


@pytest.mark.parametrize(
    "said",
    [[], ["jpg"], ["exe", "TVo="], ["jpg", "TVo="], ["pdf", "/9j/"], ["jpg", 5], [["jpg"]], [{"refused": ["X"]}]],
)
def test_a_copy_that_is_none_is_not_kept(monkeypatch, said):
    monkeypatch.setattr(copies, "heard", lambda *_args, **_limits: (thing for thing in said))

    with pytest.raises(CannotBeOpened):
        harmless_copy(b"x")
