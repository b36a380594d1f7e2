"""What must be set before anybody reads the settings: pytest loads this first (`-p tests.environment`).

`WAYFARE_TEST_TODAY=2028-02-29` makes it ten in the morning of that day in Shanghai when the tests begin, for them and
for every process that they start.
"""

import os
import time
from datetime import datetime

from hypothesis import HealthCheck, Phase, settings

os.environ["WAYFARE_ENV"] = "test"
os.environ["CELERY_BROKER_URL"] = "memory://"  # tasks sent by a test stay in the test
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in the test's thread

if day := os.environ.get("WAYFARE_TEST_TODAY"):
    morning = datetime.fromisoformat(f"{day}T10:00:00+08:00").timestamp()
    os.environ.setdefault("WAYFARE_CLOCK_AHEAD", str(morning - time.time()))  # all processes of one run have the same

# no test is timed: a busy machine is slow to make examples, and that is no fault
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
# for `make mutants`: whether a rule fails is enough to know, the smallest example is not looked for
settings.register_profile(
    "mutants",
    parent=settings.get_profile("house"),
    max_examples=30,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
