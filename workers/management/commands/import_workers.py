import os
import sys
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from staff.models import User
from workers.imports import cutting, engine, from_disk, report
from workers.imports.left_out import HIDDEN_ROW, HIDDEN_WORKSHEET, IGNORED_WORKSHEET, LeftOut
from workers.imports.progress import is_checked, progress_of
from workers.imports.reading import UnreadableRoster
from workers.imports.tables import NOT_A_PERSON
from workers.models import RosterUpload

UNUSABLE = 2  # exit code: nothing could be read, nothing was changed
BROKEN_OFF = 3  # exit code: some of it is saved
SECONDS_BETWEEN_NEWS = 5
HOW = ("dry_run", "jobs", "resume", "chunk")


class Command(BaseCommand):
    help = (
        "Import rosters (xlsx, xls, ods or csv). A file that was broken off goes on where it stopped, and several "
        "processes may import one file at once: no row is lost or saved twice."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", type=Path, nargs="*", metavar="FILE")
        parser.add_argument("--report", type=Path, metavar="OUT", help="a verdict for every row, as CSV")
        parser.add_argument("--by", metavar="USERNAME", help="who imports; only people in their areas are saved")
        parser.add_argument("--dry-run", action="store_true", help="the same verdicts, and nothing is saved")
        parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: one a processor)")
        parser.add_argument("--chunk", type=int, default=cutting.CHUNK, help="rows that are saved together")
        parser.add_argument("--resume", action="store_true", help="go on with what was begun, and begin nothing")
        parser.add_argument("--language", default="zh-hans", help="of the messages: zh-hans or en")
        parser.add_argument(from_disk.HAND, type=int, metavar="ROSTER", help="for the command's own processes")

    def handle(self, *, files, language, hand, report, by, **how):
        if hand:
            from_disk.take_a_hand(hand, now=timezone.now)
            return
        with override(language), self._pending(report) as pending:
            user, uploads = self._user(by), []
            try:
                for path in files:
                    uploads.append(self._import(path, user, **{name: how[name] for name in HOW}))
                pending(uploads)
            finally:
                for upload in uploads if how["dry_run"] else ():
                    upload.delete()

    def _user(self, username: str | None) -> User | None:
        try:
            return User.objects.get(username=username) if username else None
        except User.DoesNotExist:
            self._give_up(_("There is no user named {name}.").format(name=username))

    @contextmanager
    def _pending(self, path: Path | None):
        """What writes the report at last. That it can be written is seen before anything is imported."""
        if path is None:
            yield lambda uploads: None
            return
        pending = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with pending.open("w", encoding="utf-8", newline="") as out:
                yield lambda uploads: report.write(out, uploads)
            pending.replace(path)
        except OSError:
            self._give_up(_("The report cannot be written to {path}; nothing was imported.").format(path=path))
        finally:
            pending.unlink(missing_ok=True)

    def _import(
        self, path: Path, user: User | None, *, dry_run: bool, jobs: int, resume: bool, chunk: int
    ) -> RosterUpload:
        how = {"only_look": dry_run, "resume": resume, "chunk": chunk}
        try:
            upload = from_disk.begin(path, by=user, at=timezone.now(), **how)
        except UnreadableRoster as refusal:
            self._give_up(f"{path.name}: {refusal} {refusal.way_out}")
        with from_disk.hands(upload, jobs - 1):
            self._work(upload)
        upload.refresh_from_db()
        if not (upload.is_saved or (dry_run and is_checked(upload))):
            self._give_up(_("{name} is not finished; import it again to go on.").format(name=path.name), BROKEN_OFF)
        self._tell(upload, dry_run=dry_run)
        return upload

    def _work(self, upload: RosterUpload) -> None:
        """Until it is done by whomever; who comes last closes it."""
        is_large = upload.rows > engine.SMALL
        while engine.is_under_way(upload.pk):
            engine.work(upload.pk, now=timezone.now, seconds=SECONDS_BETWEEN_NEWS, waits=SECONDS_BETWEEN_NEWS)
            if is_large:
                self._tell_progress(upload)
        engine.work(upload.pk, now=timezone.now)

    def _tell_progress(self, upload: RosterUpload) -> None:
        upload.refresh_from_db()
        told = progress_of(upload)
        words = _("{share} %, rows done: {done} of {rows}, each second: {rate}, {left}")
        values = {"share": told.share, "done": told.done, "rows": told.rows, "left": told.time_left}
        self.stderr.write(words.format(rate=round(told.rate), **values))

    def _give_up(self, why: str, code: int = UNUSABLE):
        self.stderr.write(why)
        sys.exit(code)

    def _tell(self, upload: RosterUpload, *, dry_run: bool):
        told = progress_of(upload)
        counts = ", ".join(f"{name} {count}" for name, count in told.counts.items())
        saved = 0 if dry_run else told.saved
        self.stdout.write(
            _("Rows: {total}, saved: {saved}, {counts}").format(total=upload.rows, saved=saved, counts=counts)
        )
        if not dry_run:
            self.stdout.write(_("Number of this roster: {number}").format(number=upload.pk))
        for label, why in upload.left_out:
            self.stdout.write(_left_out(LeftOut(label, why)))
        for heading in upload.told["hidden_columns"]:
            self.stdout.write(_("Column {heading} is hidden and was read too.").format(heading=heading))


def _left_out(row: LeftOut) -> str:
    if row.why in NOT_A_PERSON:
        return _("Row {row} is not about a person: {why}").format(row=row.label, why=NOT_A_PERSON[row.why])
    words = {
        HIDDEN_WORKSHEET: _("Sheet {name} is hidden and was left out."),
        HIDDEN_ROW: _("Row {row} is hidden and was left out."),
        IGNORED_WORKSHEET: _("Sheet {name} has no heading row and was not read."),
    }
    return words[row.why].format(name=row.worksheet, row=row.label)
