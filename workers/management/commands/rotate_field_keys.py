from django.core.management.base import BaseCommand

from workers import crypto, rotation


class Command(BaseCommand):
    help = (
        "Seal every ID number and phone under the first of FIELD_KEYS. Put the new key in front, run this, then "
        "take the old key off the ring. May be stopped and run again."
    )

    def handle(self, **options):
        done = 0
        for count in rotation.rotate():
            done += count
            self.stdout.write(f"{done} workers")
        self.stdout.write(f"Everything is sealed under key {crypto.newest_key_id().hex()}; {done} workers changed.")
