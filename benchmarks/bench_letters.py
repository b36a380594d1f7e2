"""Letters to PDF, beside WeasyPrint used plainly: the font on `body` alone, a new font configuration for each document.

Each way runs in a process of its own, so that memory and warm caches are its own too. No database is needed.
"""

import resource
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from multiprocessing import get_context
from statistics import quantiles

from benchmarks import figure

OURS, PLAIN = 100, 25
NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
NAMES = ("韦海", "李国琴", "阿木·沙玛", "欧阳海", "陈秀英")
POSTS = ("五金装配工", "针车工", "注塑操作工", "分拣员", "缝纫工")
PLAIN_STYLE = 'body { font-family: "Noto Serif CJK SC", serif }'


@figure("letters", runs=3)
def letters() -> Iterable[dict]:
    """One page A4 with two QR codes, from the row to the bytes, one after another in one process."""
    ours, plain = alone(time_ours), alone(time_plain)
    yield {"row": "one", "p95_ms": p95(ours["ms"]), "first_ms": round(ours["ms"][0]), "kB": ours["kB"]}
    yield {
        "row": "hundred",
        "letters_per_s": per_s(ours["ms"]),
        "letters_per_cpu_s": round(OURS / ours["cpu_s"], 1),
        "peak_MB": ours["peak_MB"],
        "peer": f"plain WeasyPrint, same run: {per_s(plain['ms'])} a second, "
        f"{plain['kB']} kB each, {plain['peak_MB']} MB after {PLAIN}",
    }


def alone(measure: Callable[[], dict]) -> dict:
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(in_django, [measure])


def in_django(measure: Callable[[], dict]) -> dict:
    import django

    from config import memory

    django.setup()
    memory.settle()
    return measure()


def time_ours() -> dict:
    from jobs.letters import rendering
    from kit import papers

    return timed(OURS, lambda letter: papers.render_pdf(rendering.html_of(letter), style="letter"))


def time_plain() -> dict:
    """The same page as most programs would print it."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from jobs.letters import rendering
    from kit import papers

    sheets = [(papers.STYLES / f"{name}.css").read_text(encoding="utf-8") for name in ("papers", "letter")]
    style = "".join(sheets).replace("html { font-family", "nothing { font-family")

    def render(letter) -> bytes:
        fonts = FontConfiguration()
        css = CSS(string=style + PLAIN_STYLE, font_config=fonts)
        return HTML(string=rendering.html_of(letter)).write_pdf(font_config=fonts, stylesheets=[css])

    return timed(PLAIN, render)


def timed(count: int, render: Callable) -> dict:
    rows, spent, size = [a_letter(n) for n in range(count)], [], 0
    cpu = time.process_time()
    for letter in rows:
        begin = time.perf_counter()
        size += len(render(letter))
        spent.append(1000 * (time.perf_counter() - begin))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"ms": spent, "cpu_s": time.process_time() - cpu, "kB": size // count // 1024, "peak_MB": peak}


def a_letter(n: int):
    """Unsaved, and different from every other in each of its words."""
    from jobs.models import Letter
    from kit.sealing import crypto

    facts = {
        "name": NAMES[n % 5], "sex": "FM"[n % 2], "age": 20 + n % 40, "id_masked": f"5205**********{n:04d}",
        "home": "织金县猫场镇大寨社区", "employer": f"浙江省永康市合成五金有限公司第{n + 1}分厂", "post": POSTS[n % 5],
        "wage_low": 4000 + 10 * n, "wage_high": 5000 + 10 * n, "board": True, "lodging": n % 3 == 0,
        "issuer": "织金县就业局",
    }  # fmt: skip
    number = crypto.seal(f"52059919880316{n:04d}", purpose=crypto.column(Letter, "id_number_cipher"))
    serial = f"毕织就荐字〔2026〕第 {n + 1:04d} 号"
    return Letter(
        facts=facts, id_number_cipher=number, serial=serial, number=n + 1, year=2026, issued_at=NOON, valid_days=15,
        valid_until=date(2026, 3, 20), verify_code=f"7K3Q9WXD{n:04d}", print_count=1,
    )  # fmt: skip


def per_s(spent_ms: list[float]) -> float:
    return round(1000 * len(spent_ms) / sum(spent_ms), 1)


def p95(spent_ms: list[float]) -> int:
    return round(quantiles(spent_ms, n=20)[-1])
