from django.core.management.base import BaseCommand, CommandError

from config.celery import app


class Command(BaseCommand):
    help = "Do one piece of the clock's work now, in this process, e.g. `tick notifications.clock.sweep`."

    def add_arguments(self, parser):
        parser.add_argument("task", help="name of a Celery task; without one of that name all are listed")

    def handle(self, *args, task, **options):
        app.loader.import_default_modules()
        if task not in app.tasks:
            known = "\n  ".join(sorted(name for name in app.tasks if not name.startswith("celery.")))
            raise CommandError(f"No task is called {task}. There are:\n  {known}")
        app.tasks[task].apply(throw=True)
