"""What must be set before anybody reads the settings: pytest loads this first (`-p tests.environment`)."""

import os

os.environ["WAYFARE_ENV"] = "test"
os.environ["CELERY_BROKER_URL"] = "memory://"  # tasks sent by a test stay in the test
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in the test's thread
