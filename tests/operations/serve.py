"""`manage.py serve`, whose workers know the tasks of `deadly.py` too."""

import sys

from django.core.management import execute_from_command_line

from config.management.commands import serve

plain_commands = serve.commands


def commands() -> dict[str, list[str]]:
    more = ["--include=tests.operations.deadly"]
    return {
        name: [*command, *(more if name.startswith("worker") else [])] for name, command in plain_commands().items()
    }


if __name__ == "__main__":
    serve.commands = commands
    execute_from_command_line(["manage.py", "serve", *sys.argv[1:]])
