from django.core.management.base import BaseCommand, CommandError

from workers import invariants


class Command(BaseCommand):
    help = "Count what breaks each invariant, of every app. Exits 0 only when all counts are zero."

    def add_arguments(self, parser):
        parser.add_argument(
            "--without",
            action="append",
            default=[],
            choices=invariants.names(),
            metavar="NAME",
            help="do not look at this one; journal_chains_hold is `verify_journal`, which shares it between processes",
        )

    def handle(self, **options):
        broken = []
        for name, count in invariants.violations(without=options["without"]):
            self.stdout.write(f"{count:>8}  {name}")
            if count:
                broken.append(name)
        if broken:
            raise CommandError(f"Broken: {', '.join(broken)}.", returncode=1)
