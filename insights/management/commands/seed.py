from datetime import date, datetime

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from insights.population.making import NotEmpty, Wanted, make_population
from kit.days import local_moment


class Command(BaseCommand):
    help = "Invented people by the million, with their cases, in an empty database: the demo county, and more like it."

    def add_arguments(self, parser):
        parser.add_argument("--workers", type=int, default=6_000_000)
        parser.add_argument("--seed", type=int, default=520500)
        parser.add_argument("--cases", type=int, help="One in twelve people has one unless this says otherwise.")
        parser.add_argument("--seasons", type=int, default=3, help="Festival seasons with reports.")
        parser.add_argument("--as-of", type=date.fromisoformat, help="The day it is told on, as 2026-11-30.")

    def handle(self, *, workers, seed, cases, seasons, as_of, **options):
        at = local_moment(as_of, 15) if as_of else timezone.now()
        wanted = Wanted(workers=workers, seed=seed, at=at, cases=cases, seasons=seasons)
        begun = timezone.now()
        call_command("install_broker", stdout=self.stdout)
        try:
            make_population(wanted, say=lambda text: self.stdout.write(f"{_since(begun):>6.0f} s  {text}"))
        except NotEmpty as refused:
            raise CommandError(
                "There are people on the register, or half a population: take an empty one."
            ) from refused
        self.stdout.write(f"{_since(begun):>6.0f} s  done")


def _since(begun: datetime) -> float:
    return (timezone.now() - begun).total_seconds()
