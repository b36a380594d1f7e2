"""Makes a photo or a PDF anew, from nothing but what is seen of it: a small process of its own.

`python -m kit.apart.copying LIMITS` takes the file on standard input. Where and when the photo was taken, by whom and
with what, and everything that a PDF can carry or do stay behind.
"""

import io
import json
import math
import sys
from base64 import b64encode
from collections.abc import Iterator

import pillow_heif
import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from kit.apart.inside import Refused, confine, tell_all
from kit.apart.limits import CopyLimits

PDF = b"%PDF"
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_PIXELS = 12_000_000
"""Of a copy; a page of a PDF has a third of it."""
LONGEST_SIDE = 30_000
DOTS = 200 / 72
"""For each point of a page: 200 an inch."""
QUALITY = 85
PIECE = 3 * 1024 * 1024
PASSWORD = 4  # what PDFium says of a file it cannot open
DAMAGE = (UnidentifiedImageError, pypdfium2.PdfiumError, OSError, SyntaxError, ValueError, RuntimeError, EOFError)


def copy_of(content: bytes, limits: CopyLimits) -> Iterator[str]:
    """Its kind, then the copy in pieces of base64. Raises Refused."""
    try:
        kind, copy = ("pdf", _pdf(content, limits)) if content.startswith(PDF) else ("jpg", _picture(content, limits))
    except Image.DecompressionBombError:
        raise Refused("TooManyPixels") from None
    except DAMAGE:
        raise Refused("CannotBeOpened") from None
    yield kind
    for start in range(0, len(copy), PIECE):
        yield b64encode(copy[start : start + PIECE]).decode()


def _picture(content: bytes, limits: CopyLimits) -> bytes:
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        width, height = picture.size
        if width * height > limits.pixels or max(width, height) > LONGEST_SIDE:
            raise Refused("TooManyPixels")
        shrink = math.sqrt(MOST_PIXELS / (width * height))
        if shrink < 1:
            picture.thumbnail((math.floor(width * shrink), math.floor(height * shrink)))
        _bare(ImageOps.exif_transpose(picture)).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _bare(picture: Image.Image) -> Image.Image:
    """The dots alone, on white where there are none: an image keeps remarks and places that its format writes out."""
    bare = Image.new("RGB", picture.size, "white")
    if picture.mode.startswith("I"):  # 16 bits of grey, which a plain conversion would cut off to white
        picture = picture.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        bare.paste(seen, mask=seen.getchannel("A"))
    else:
        bare.paste(picture.convert("RGB"))
    return bare


def _pdf(content: bytes, limits: CopyLimits) -> bytes:
    """Every page as a picture."""
    document = _opened(content)
    if not 0 < len(document) <= limits.pages:
        raise Refused("TooManyPages" if len(document) else "CannotBeOpened")
    document.init_forms()  # or what somebody filled in would not be seen
    dots = min(DOTS, *(_dots(*page.get_size(), most=MOST_PIXELS // 3) for page in document))
    pages = [_bare(page.render(scale=dots).to_pil()) for page in document]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=dots * 72, quality=QUALITY)
    return out.getvalue()


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise Refused("LockedPdf" if error.err_code == PASSWORD else "CannotBeOpened") from None


def _dots(width: float, height: float, *, most: int) -> float:
    """For each point, so that the page has so many at most."""
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        raise Refused("CannotBeOpened")
    return math.sqrt(most / (width * height))


def main() -> None:
    limits = CopyLimits(*json.loads(sys.argv[1]))
    confine(memory=limits.memory, seconds=limits.seconds, wait=limits.wait)
    tell_all(copy_of(sys.stdin.buffer.read(), limits), told=limits.told)


if __name__ == "__main__":
    main()
