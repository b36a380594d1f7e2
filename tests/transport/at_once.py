"""Several people pressing at the same moment, each on a database connection of their own."""

from threading import Barrier, Thread

from django.db import connection


def all_at_once(*deeds):
    """What each returned, or the exception it raised, in the order given."""
    gate, outcomes = Barrier(len(deeds)), [None] * len(deeds)

    def run(index, deed):
        gate.wait(timeout=20)
        try:
            outcomes[index] = deed()
        except Exception as raised:
            outcomes[index] = raised
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes
