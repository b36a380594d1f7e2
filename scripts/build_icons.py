"""Gather the Tabler icons we use, and our own few shapes, into one SVG sprite.

Reads scripts/icons.txt (one name a line; `clock-f` is the filled `clock`) and scripts/shapes.svg,
writes var/static/icons.svg, which is not kept in the repository: Tabler Icons are MIT-licensed
and come from the npm package.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLER = ROOT / "node_modules" / "@tabler" / "icons" / "icons"
SPRITE = ROOT / "var" / "static" / "icons.svg"

OUTLINE = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
FILLED = 'fill="currentColor"'
BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
EMPTY_FRAME = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


def main() -> int:
    names = icon_names()
    missing = [name for name in names if not source_of(name).exists()]
    if missing:
        print(f"Not in @tabler/icons: {', '.join(missing)}", file=sys.stderr)
        return 1
    SPRITE.parent.mkdir(parents=True, exist_ok=True)
    SPRITE.write_text(sprite(names), encoding="utf-8")
    print(f"{SPRITE.relative_to(ROOT)}: {len(names)} icons, {SPRITE.stat().st_size} bytes")
    return 0


def icon_names() -> list[str]:
    lines = (ROOT / "scripts" / "icons.txt").read_text(encoding="utf-8").split()
    return sorted(set(lines))


def source_of(name: str) -> Path:
    if name.endswith("-f"):
        return TABLER / "filled" / f"{name[:-2]}.svg"
    return TABLER / "outline" / f"{name}.svg"


def sprite(names: list[str]) -> str:
    shapes = BODY.search((ROOT / "scripts" / "shapes.svg").read_text(encoding="utf-8")).group(1)
    symbols = "\n".join(symbol(name) for name in names)
    return (
        "<!-- Icons: Tabler Icons (MIT, https://tabler.io/icons). Shapes: Wayfare. -->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n{shapes.strip()}\n</svg>\n'
    )


def symbol(name: str) -> str:
    drawing = BODY.search(source_of(name).read_text(encoding="utf-8")).group(1)
    drawing = re.sub(r"\s+", " ", EMPTY_FRAME.sub("", drawing)).strip()
    paint = FILLED if name.endswith("-f") else OUTLINE
    return f'<symbol id="{name}" viewBox="0 0 24 24" {paint}>{drawing}</symbol>'


if __name__ == "__main__":
    sys.exit(main())
