"""Lines of the log as JSON, and the number that leads from a page to the tasks it set off.

A line holds what it held before and two numbers more: no addresses, which would show who was looked at.
"""

import json
import logging
import re
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime

HEADER = "X-Request-ID"
FIT = re.compile(r"[A-Za-z0-9-]{8,64}")

request_id: ContextVar[str] = ContextVar("request_id", default="")
task_id: ContextVar[str] = ContextVar("task_id", default="")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
            "task_id": task_id.get(),
            "traceback": self.formatException(record.exc_info) if record.exc_info else "",
        }
        return json.dumps({name: value for name, value in line.items() if value}, ensure_ascii=False)


class RequestId:
    """The proxy's number if it sent one that looks like one, or a new one; said in the answer too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        sent = request.headers.get(HEADER, "")
        token = request_id.set(sent if FIT.fullmatch(sent) else uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response.headers[HEADER] = request_id.get()
            return response
        finally:
            request_id.reset(token)


def carry(headers: dict) -> None:
    """From whoever sends a task, itself a task perhaps, with the task."""
    if request_id.get():
        headers["request_id"] = request_id.get()


def follow(task) -> None:
    request_id.set(task.request.get("request_id") or "")
    task_id.set(task.request.id or "")


def leave() -> None:
    request_id.set("")
    task_id.set("")
