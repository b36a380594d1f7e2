from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config import databases, rights


class Command(BaseCommand):
    help = "After migrate: give the role of web, workers and clock its rights in the database. It owns nothing."

    def handle(self, *args, **options):
        if not (role := databases.application_role()):
            self.stdout.write("DATABASE_OWNER_URL is not set: one role owns the tables and does the work.")
            return
        connection.ensure_connection()
        link = connection.connection
        if databases.is_embedded():
            rights.make_application_role(link)
        elif not rights.exists(link, role):
            raise CommandError(f"There is no role {role}. First: CREATE ROLE {role} LOGIN PASSWORD '...'")
        rights.grant(link, role)
        self.stdout.write(f"{role} has its rights and owns nothing.")
