import secrets

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from areas.models import Area
from kit.days import local_day
from kit.refusals import Refusal
from staff import services
from staff.models import User
from staff.roles import Role


class Command(BaseCommand):
    help = "Add a person who serves, or give one a further role. Prints the password of a new one, once."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--name", help="how colleagues know them; needed for a new person")
        parser.add_argument("--role", choices=Role.values)
        parser.add_argument("--area", type=int, metavar="CODE", help="12-digit division code of the posting")

    @transaction.atomic
    def handle(self, *, username, name, role, area, **options):
        user = User.objects.filter(username=username).first() or self._create(username, name)
        if role:
            self._post(user, role, area)

    def _create(self, username: str, name: str | None) -> User:
        if not name:
            raise CommandError(f"There is no {username} yet: say --name.")
        password = secrets.token_urlsafe(12)
        user = services.create_user(username=username, display_name=name, password=password)
        self.stdout.write(f"{username}  {password}")
        return user

    def _post(self, user: User, role: str, code: int | None) -> None:
        place = Area.objects.filter(pk=code).first()
        if place is None:
            raise CommandError("A role needs the --area it is for, as a known 12-digit code.")
        try:
            services.open_posting(user=user, role=role, area=place, starts_on=local_day(timezone.now()))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user.username} is {role} in {place.name}")
