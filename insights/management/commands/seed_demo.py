from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from insights.demo.county import make_demo_county
from insights.demo.staff import LOGINS, PASSWORD
from insights.demo.texts import let_them_leave
from staff.models import User


class Command(BaseCommand):
    help = "The demo county: Zhijin with invented people and cases in every state. Run again, it keeps what is there."

    def add_arguments(self, parser):
        parser.add_argument("--workers", type=int, default=20_000)

    def handle(self, *, workers, **options):
        if not User.objects.filter(username=LOGINS[0].username).exists():
            call_command("install_broker", stdout=self.stdout)
            now = timezone.now()
            make_demo_county(workers=workers, at=now, say=self.stdout.write)
            self.stdout.write(f"{let_them_leave(at=now)} texts")
        self.stdout.write("Sign in with any of these names; the password is " + PASSWORD)
        for login in LOGINS:
            self.stdout.write(f"  {login.username:<12}{login.role}")
