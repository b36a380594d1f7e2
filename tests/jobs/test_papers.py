import io
from base64 import b64decode

import pytest
import segno
from PIL import Image
from pypdf import PdfReader

from kit import papers
from scripts import build_fonts

RARE = "𬱖㛃䶮"  # characters of real names that GB 2312 lacks
PAGE = "<html><body><h1>就业推荐信</h1><p>{}</p><p class='hei'>密排<b>加粗</b></p></body></html>"


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def fonts_of(pdf: bytes) -> set[str]:
    found = read(pdf).pages[0]["/Resources"]["/Font"].values()
    return {font.get_object()["/BaseFont"].split("+")[1] for font in found}


@pytest.fixture(scope="module", autouse=True)
def small_faces():
    """As `make setup` leaves them: a second or so when they are there, half a minute when not."""
    assert build_fonts.build(papers.FONTS, force=False) == 0


def test_common_characters_come_from_the_small_faces_alone():
    assert fonts_of(papers.render_pdf(PAGE.format("韦海，织金县猫场镇"))) == {
        "Wayfare-Song",
        "Wayfare-Song-Bold",
        "Wayfare-Hei",
        "Wayfare-Hei-Bold",
    }


def test_rare_name_characters_come_from_the_full_face_and_read_back():
    pdf = papers.render_pdf(PAGE.format(RARE))

    assert RARE in read(pdf).pages[0].extract_text()
    assert "Noto-Serif-CJK-SC" in fonts_of(pdf)


def test_the_small_faces_hold_every_character_of_gb2312_and_none_of_the_rare_ones():
    characters = set(build_fonts.gb2312())

    assert len(characters) > 7000
    assert characters & set(RARE) == set()


def test_a_page_is_a4_to_the_millimetre():
    box = read(papers.render_pdf(PAGE.format("信"))).pages[0].mediabox

    assert [round(float(side) / 72 * 25.4) for side in (box.width, box.height)] == [210, 297]


def test_the_same_page_twice_says_the_same():
    first, second = papers.render_pdf(PAGE.format("信")), papers.render_pdf(PAGE.format("信"))

    assert read(first).pages[0].extract_text() == read(second).pages[0].extract_text()


def test_a_paper_fetches_nothing(tmp_path, caplog):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>')

    pdf = papers.render_pdf(
        f'<html><body>信<img src="{secret.as_uri()}"><img src="http://127.0.0.1:9/x"></body></html>'
    )

    assert read(pdf).pages[0].get("/Resources", {}).get("/XObject", {}) == {}


def test_without_the_small_faces_papers_still_print(monkeypatch, tmp_path):
    monkeypatch.setattr(papers, "FONTS", tmp_path)
    papers._faces.cache_clear()
    try:
        pdf = papers.render_pdf(PAGE.format("韦海"))
    finally:
        papers._faces.cache_clear()

    assert "韦海" in read(pdf).pages[0].extract_text()


def test_a_qr_code_is_inline_and_the_same_every_time():
    svg = papers.qr_svg("https://example.org/v/7K3Q9WXD4TPM/")

    assert svg.startswith("<svg")
    assert 'viewBox="0 0 ' in svg
    assert svg == papers.qr_svg("https://example.org/v/7K3Q9WXD4TPM/")


def test_a_qr_picture_holds_the_same_grid_as_the_svg():
    address = "https://example.org/v/7K3Q9WXD4TPM/"
    grid = segno.make(address, error="m", micro=False, boost_error=False, mask=papers.QR_MASK).matrix

    picture = Image.open(io.BytesIO(b64decode(papers.qr_image(address).split(",")[1]))).convert("L")

    side = picture.width // len(grid)
    drawn = [[picture.getpixel((x * side + 1, y * side + 1)) < 128 for x in range(len(grid))] for y in range(len(grid))]
    assert drawn == [[bool(dark) for dark in row] for row in grid]


def test_building_the_fonts_says_what_is_missing(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(build_fonts, "SOURCE", tmp_path)

    assert build_fonts.build(tmp_path / "out", force=False) == 1
    assert "fonts-noto-cjk" in capsys.readouterr().err
