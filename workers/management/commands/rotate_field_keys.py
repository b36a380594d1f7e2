from collections import Counter

from django.core.management import call_command
from django.core.management.base import BaseCommand

from kit.sealing import crypto, rotation
from workers import journal
from workers.models import JournalSeal


class Command(BaseCommand):
    help = (
        "Seal everything that lies sealed, in the database and on disk, under the first of FIELD_KEYS, and mark the "
        "journal with it. Put the new key in front, start web and worker anew, run this, then take the old key off "
        "the ring. May be stopped and run again."
    )

    def handle(self, **options):
        done = Counter()
        for model, count in rotation.rotate():
            done[model._meta.label] += count
            self.stdout.write(f"{model._meta.label}: {done[model._meta.label]}")
        marked = sum(journal.renew())
        self.stdout.write(f"Journal: {marked} marks of lines and heads made anew.")
        if JournalSeal.objects.exists():  # the newest seal vouches for all before it, and must bear a key that stays
            call_command("seal_journal", stdout=self.stdout)
        key = crypto.newest_key_id().hex()
        self.stdout.write(f"Everything is sealed under key {key}; {done.total()} rows and files changed.")
