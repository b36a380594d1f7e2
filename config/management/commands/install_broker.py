from django.conf import settings
from django.core.management.base import BaseCommand

from config import broker, databases


class Command(BaseCommand):
    help = "Install the task queue inside PostgreSQL (pgmq); does nothing when it is there or another broker is named."

    def handle(self, *args, **options):
        if not settings.BROKER_IS_POSTGRES:
            self.stdout.write("CELERY_BROKER_URL names another broker: nothing to install.")
        elif broker.install(databases.conninfo(settings.DATABASE)):
            self.stdout.write("Installed the task queue in PostgreSQL.")
        else:
            self.stdout.write("The task queue is in place.")
