from datetime import date

import pytest

import benchmarks
from benchmarks import __main__ as harness
from benchmarks import bench_messages, report
from benchmarks.report import write_report

TODAY = date(2026, 11, 21)


@pytest.fixture
def figures(monkeypatch, tmp_path):
    monkeypatch.setattr(benchmarks, "FIGURES", {})
    monkeypatch.setattr(report, "REPORT", tmp_path / "benchmarks.md")
    return benchmarks.FIGURES


def test_a_figure_is_the_median_of_its_runs(figures):
    numbers = iter([10, 1000, 30])

    @benchmarks.figure("rows")
    def rows():
        """How many rows."""
        return {"rows_per_s": next(numbers), "peer": "others: 5"}

    assert harness.measured(figures["rows"]) == [{"name": "rows", "rows_per_s": 30, "peer": "others: 5", "runs": 3}]


def test_two_figures_of_one_name_are_refused(figures):
    benchmarks.figure("rows")(dict)

    with pytest.raises(ValueError, match="Two figures are called rows"):
        benchmarks.figure("rows")(dict)


def test_a_new_measurement_replaces_only_its_own_rows(figures):
    benchmarks.figure("page", runs=1)(lambda: [{"row": "today", "p95_ms": 40}, {"row": "case", "p95_ms": 50}])
    benchmarks.figure("pages", runs=1)(lambda: {"p95_ms": 60})
    for figure in figures.values():
        write_report(figure, harness.measured(figure), on=TODAY)

    write_report(figures["page"], [{"name": "page", "row": "today", "p95_ms": 4, "runs": 1}], on=TODAY)

    names = [match["name"] for match in report.ROW.finditer(report.REPORT.read_text())]
    assert names == ["page: today", "pages"]
    assert "p95_ms **4** |" in report.REPORT.read_text()


@pytest.mark.django_db
def test_the_log_of_texts_is_looked_at_as_its_selector_wants_it():
    assert [look().texts for look in bench_messages.looks()] == [(), (), ()]
