from django.core.management.base import BaseCommand, CommandError

from workers import invariants


class Command(BaseCommand):
    help = "Count what breaks each invariant, of every app. Exits 0 only when all counts are zero."

    def handle(self, **options):
        broken = []
        for name, count in invariants.violations():
            self.stdout.write(f"{count:>8}  {name}")
            if count:
                broken.append(name)
        if broken:
            raise CommandError(f"Broken: {', '.join(broken)}.", returncode=1)
