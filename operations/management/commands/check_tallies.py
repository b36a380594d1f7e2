from django.core.management.base import BaseCommand, CommandError

from kit import tallies

NAMED = 50


class Command(BaseCommand):
    help = "Count anew what the tallies tell and name every difference. Exits 1 when there is one; see --repair."

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="make them true again; nobody has to stop working")

    def handle(self, *, repair: bool, **options):
        found = tallies.differences(tallies.declared())
        for one in found[:NAMED]:
            self.stdout.write(f"{one.table}: {one.told} told, {one.counted} counted, {_words(one.dimensions)}")
        if len(found) > NAMED:
            self.stdout.write(f"and {len(found) - NAMED} more")
        if found and repair:
            for tally in tallies.declared():
                tallies.repair(tally)
            self.stdout.write(f"Repaired {len(found)} differences.")
        elif found:
            raise CommandError(f"The tallies do not hold: {len(found)} differences.", returncode=1)
        else:
            self.stdout.write("The tallies hold.")


def _words(dimensions: dict) -> str:
    return ", ".join(f"{name} {value}" for name, value in dimensions.items())
