import os
import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kit.refusals import Refusal
from staff.models import User
from workers.imports import from_disk, taking_back
from workers.imports.staying import Counts
from workers.models import RosterUpload

BETWEEN_LOOKS = 0.5  # seconds


class Command(BaseCommand):
    help = (
        "Take back a roster that was saved, for whoever runs the server: newcomers leave the register, known people "
        "get their earlier record back. Without --yes it only says what it would do. Broken off, it goes on."
    )

    def add_arguments(self, parser):
        parser.add_argument("roster", type=int, metavar="NUMBER", help="as its address has it")
        parser.add_argument("--by", metavar="USERNAME", help="who takes it back; only people in their areas")
        parser.add_argument("--yes", action="store_true", help="do it; whoever was worked on stays as they are")
        parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: one a processor)")
        parser.add_argument(from_disk.HAND, action="store_true", help="for the command's own processes")

    def handle(self, *, roster, by, yes, jobs, hand, **options):
        if hand:
            taking_back.work(roster, now=timezone.now)
            return
        upload = RosterUpload.objects.filter(pk=roster).first()
        if upload is None:
            raise CommandError(f"There is no roster {roster}.")
        if upload.taking_back_at is None:
            try:
                self._begin(upload, self._user(by), is_meant=yes)
            except Refusal as refusal:
                raise CommandError(f"{refusal} {refusal.way_out}") from refusal
        if yes:
            self._finish(upload, jobs)

    def _user(self, username: str | None) -> User | None:
        user = User.objects.filter(username=username).first() if username else None
        if username and user is None:
            raise CommandError(f"There is no user named {username}.")
        return user

    def _begin(self, upload: RosterUpload, by: User | None, *, is_meant: bool) -> None:
        at = timezone.now()
        taking_back.check_can_be_taken_back(upload, at=at)
        counts = taking_back.scope_of(upload, by).counts()
        self._tell(counts)
        if is_meant:
            taking_back.begin(upload=upload, by=by, staying=counts.stay, at=at)

    def _tell(self, counts: Counts) -> None:
        self.stdout.write(
            f"Leave the register: {counts.leave}, get their earlier record back: {counts.restored}, "
            f"cases that go: {counts.cases}, stay as they are: {counts.stay}"
        )

    def _finish(self, upload: RosterUpload, jobs: int) -> None:
        """Until it is done by whomever."""
        with from_disk.hands(upload, jobs - 1, deed=("take_back_roster", from_disk.HAND)):
            while RosterUpload.objects.filter(pk=upload.pk, taken_back_at=None).exists():
                if not taking_back.work(upload.pk, now=timezone.now):
                    time.sleep(BETWEEN_LOOKS)
        done = taking_back.undone_of(upload)
        self.stdout.write(
            f"Left the register: {done.left}, have their earlier record: {done.restored}, cases gone: {done.cases}"
        )
