import os
import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from staff.models import User
from workers.imports.importing import ImportSummary, import_roster
from workers.imports.reading import UnreadableRoster, read_file
from workers.imports.report import report_text
from workers.imports.tables import NOT_A_PERSON, find_people

UNUSABLE = 2  # exit code: nothing could be read, nothing was changed


class Command(BaseCommand):
    help = "Import a roster (xlsx, xls, ods or csv) and write a verdict for every row."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--report", type=Path, required=True, metavar="OUT.csv")
        parser.add_argument("--by", metavar="USERNAME", help="who imports; only people in their areas are saved")
        parser.add_argument("--dry-run", action="store_true", help="the same verdicts, and nothing is saved")
        parser.add_argument("--language", default="zh-hans", help="of the messages: zh-hans or en")

    def handle(self, *, file, report, by, dry_run, language, **options):
        with override(language):
            pending = report.with_name(f".{report.name}.{os.getpid()}")
            try:
                summary = import_roster(
                    find_people(read_file(file)), by=_user(by), at=timezone.now(), dry_run=dry_run,
                    before_commit=lambda summary: _write(pending, summary),
                )  # fmt: skip
                pending.replace(report)
            except UnreadableRoster as refusal:
                self._give_up(f"{file.name}: {refusal} {refusal.way_out}")
            except User.DoesNotExist:
                self._give_up(_("There is no user named {name}.").format(name=by))
            except ReportNotWritten:
                self._give_up(_("The report cannot be written to {path}; nothing was imported.").format(path=report))
            finally:
                pending.unlink(missing_ok=True)
            self._tell(summary, dry_run=dry_run)

    def _give_up(self, why: str):
        self.stderr.write(why)
        sys.exit(UNUSABLE)

    def _tell(self, summary: ImportSummary, *, dry_run: bool):
        counts = ", ".join(f"{name} {count}" for name, count in summary.counts.items())
        total, saved = len(summary.verdicts), 0 if dry_run else summary.saved
        self.stdout.write(_("Rows: {total}, saved: {saved}, {counts}").format(total=total, saved=saved, counts=counts))
        for label, why in summary.roster.passed_over:
            self.stdout.write(_("Row {row} is not about a person: {why}").format(row=label, why=NOT_A_PERSON[why]))
        for name in summary.roster.hidden_worksheets:
            self.stdout.write(_("Sheet {name} is hidden and was left out.").format(name=name))
        for label in summary.roster.hidden_rows:
            self.stdout.write(_("Row {row} is hidden and was left out.").format(row=label))
        for heading in summary.roster.hidden_columns:
            self.stdout.write(_("Column {heading} is hidden and was read too.").format(heading=heading))
        for name in summary.roster.ignored_worksheets:
            self.stdout.write(_("Sheet {name} has no heading row and was not read.").format(name=name))


class ReportNotWritten(Exception):
    """The folder is missing or full. Raised before the commit, so that no import is without its report."""


def _user(username: str | None) -> User | None:
    return User.objects.get(username=username) if username else None


def _write(path: Path, summary: ImportSummary) -> None:
    try:
        path.write_text(report_text(summary), encoding="utf-8", newline="")
    except OSError:
        raise ReportNotWritten from None
