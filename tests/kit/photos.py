"""Photos and PDFs as people send them, with what they do not know is in them."""

import io

import pillow_heif
from PIL import Image
from pypdf import PdfWriter
from pypdf.annotations import FreeText

ORIENTATION, MAKER, PLACE = 0x0112, 0x010F, 0x8825
ON_ITS_SIDE = 6


def a_photo(kind="JPEG", *, taken_at_home=False, size=(64, 48), mode="RGB", colour="teal") -> bytes:
    """`taken_at_home` with the phone on its side; the place is in it."""
    pillow_heif.register_heif_opener()
    said = Image.Exif()
    if taken_at_home:
        said[ORIENTATION], said[MAKER], said[PLACE] = ON_ITS_SIDE, "Phone of Li", {1: "N", 2: (27.0, 18.0, 0.0)}
    out = io.BytesIO()
    Image.new(mode, size, colour).save(
        out, kind, exif=said.tobytes(), **({"comment": b"of Li"} if kind == "JPEG" else {})
    )
    return out.getvalue()


def a_pdf(*, pages=1, size=(300, 400), password="", carrying=b"") -> bytes:
    """`carrying` is attached to it."""
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(*size)
    if carrying:
        writer.add_attachment("more", carrying)
        writer.add_metadata({"/Author": carrying.decode()})
        writer.add_annotation(0, FreeText(text="seen", rect=(50, 50, 250, 350), background_color="008080"))
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()
