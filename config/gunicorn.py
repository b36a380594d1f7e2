"""Two processes with threads: pages mostly wait for the database, letters render in the worker."""

import os

bind = f"{os.environ.get('HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
preload_app = True  # loaded once, then the processes part: they start at once and share memory
graceful_timeout = 10
timeout = 60
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
errorlog = "-"
accesslog = None  # web addresses of cases would show who was looked at; the access log of the product is AccessLog
control_socket_disable = True


def when_ready(server):
    """Load every address, and with it every view, before the processes part."""
    from django.urls import get_resolver

    from config import memory

    get_resolver().url_patterns  # noqa: B018  reading it loads it
    memory.settle()
