"""Contact sheets: the variants of one page side by side, phones in one row, desks two in a row."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.pictures.camera import LOCALES, SCREENS, THEMES

WIDTH, GAP, LABEL = 1840, 20, 22
TALLEST = 1500
PAPER, INK = "#b8b8c4", "#101010"
IN_A_ROW = {390: 4, 1280: 2}


def make_sheet(name: str, folder: Path) -> Path:
    """shots/cases/today-*.png become shots/sheets/cases-today.png."""
    bands = [band(name, folder, width) for width in SCREENS]
    sheet = Image.new("RGB", (WIDTH, sum(part.height for part in bands)), PAPER)
    top = 0
    for part in bands:
        sheet.paste(part, (0, top))
        top += part.height
    path = folder / "sheets" / f"{name.replace('/', '-')}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, compress_level=1)
    return path


def band(name: str, folder: Path, width: int) -> Image.Image:
    """Every language and theme of one screen width."""
    variants = [(f"{width}-{language}-{theme}") for theme in THEMES for language in LOCALES]
    room = (WIDTH - GAP) // IN_A_ROW[width] - GAP
    tiles = [tile(folder / f"{name}-{variant}.png", variant, room) for variant in variants]
    rows = [tiles[i : i + IN_A_ROW[width]] for i in range(0, len(tiles), IN_A_ROW[width])]
    picture = Image.new("RGB", (WIDTH, sum(max(t.height for t in row) + GAP for row in rows)), PAPER)
    top = GAP // 2
    for row in rows:
        for n, one in enumerate(row):
            picture.paste(one, (GAP + n * (room + GAP), top))
        top += max(t.height for t in row) + GAP
    return picture


def tile(path: Path, label: str, room: int) -> Image.Image:
    """Never larger than life, cut off below where nobody looks any more."""
    if not path.exists():
        shot = Image.new("RGB", (room, LABEL), PAPER)
        label += ": no picture"
    else:
        shot = Image.open(path).convert("RGB")
    scale = min(1, room / shot.width)
    shot = shot.crop((0, 0, shot.width, min(shot.height, round(TALLEST / scale))))
    shot = shot.resize((round(shot.width * scale), round(shot.height * scale)), Image.Resampling.BILINEAR)
    framed = Image.new("RGB", (shot.width, shot.height + LABEL), PAPER)
    ImageDraw.Draw(framed).text((0, 2), label, INK, font=ImageFont.load_default(15))
    framed.paste(shot, (0, LABEL))
    return framed
