"""`manage.py serve`, whose workers know the tasks of `deadly.py` too."""

import sys

from django.core.management import execute_from_command_line

from config.management.commands import serve

plain_commands = serve.commands


def commands(sockets, parts) -> dict:
    programs = plain_commands(sockets, parts)
    for name, program in programs.items():
        program.arguments += ["--include=tests.operations.deadly"] if name.startswith("worker") else []
    return programs


if __name__ == "__main__":
    serve.commands = commands
    execute_from_command_line(["manage.py", "serve", *sys.argv[1:]])
