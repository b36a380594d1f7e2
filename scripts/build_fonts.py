#!/usr/bin/env python
"""Cut small faces for paper out of Debian's Noto CJK: the characters of GB 2312, no layout tables.

    python scripts/build_fonts.py [--out var/fonts] [--force]

WeasyPrint spends nearly half its time cutting the faces of a document down to the characters in use; from a
face of 7,000 glyphs instead of 65,000 a letter takes a third of the time and a quarter of the bytes. Characters
outside GB 2312 (rare names) are taken from the full face, which stays installed. The files are built, never
shipped: `make setup` calls this, and it does nothing when they are there.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto")
FACES = {
    "song-regular.otf": ("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
    "song-bold.otf": ("NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC"),
    "hei-regular.otf": ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
    "hei-bold.otf": ("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC"),
}
# Signs our papers use that GB 2312 of 1980 left out.
EXTRA = "〇·•–—…‘’“”‹›€№℃✓✔✗☐☑→←½"


def gb2312() -> str:
    """Its 7,445 characters, and the ASCII and Latin-1 ones a paper may carry."""
    double = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    han = "".join(pair.decode("gb2312", errors="ignore") for pair in double)
    return han + "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)])) + EXTRA


def open_face(source: Path, family: str) -> TTFont:
    """Bounding boxes are left as they are: to measure each glyph again doubles the time and changes nothing."""
    faces = TTCollection(source, lazy=True).fonts
    number = next(n for n, face in enumerate(faces) if face["name"].getDebugName(1).startswith(family))
    return TTFont(source, fontNumber=number, lazy=True, recalcBBoxes=False, recalcTimestamp=False)


def cut(source: Path, family: str, target: Path) -> str:
    options = subset.Options(layout_features=[], desubroutinize=True, hinting=False, notdef_outline=True)
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "GPOS", "GSUB", "GDEF"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=gb2312())
    font = open_face(source, family)
    cutter.subset(font)
    part = target.with_suffix(".part")
    font.save(part)
    part.replace(target)
    return f"{target} {target.stat().st_size // 1024} kB"


def build(out: Path, *, force: bool) -> int:
    out.mkdir(parents=True, exist_ok=True)
    wanted = [
        (SOURCE / file, family, out / name)
        for name, (file, family) in FACES.items()
        if force or not (out / name).exists()
    ]
    for source, _, _ in wanted:
        if not source.exists():
            print(f"{source} is not there; install the Debian package fonts-noto-cjk", file=sys.stderr)
            return 1
    with ProcessPoolExecutor() as pool:
        for line in pool.map(cut, *zip(*wanted, strict=True)) if wanted else ():
            print(line)
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Cut the small faces for paper.")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parents[1] / "var" / "fonts")
    parser.add_argument("--force", action="store_true")
    arguments = parser.parse_args()
    sys.exit(build(arguments.out, force=arguments.force))
