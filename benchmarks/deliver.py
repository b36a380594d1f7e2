"""`python -m benchmarks.deliver ID...`: one of several processes that deliver texts of the scratch database.

It says when it is ready, begins at a line from outside, and prints the seconds of processor time that it took.
"""

import os
import sys
import time

import django


def main(ids: list[int]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from benchmarks.bench_messages import deliver, know_the_text

    know_the_text()
    deliver(ids[0])
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.process_time()
    for message_id in ids[1:]:
        deliver(message_id)
    print(time.process_time() - began)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
