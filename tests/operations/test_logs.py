"""Each answer says the number under which its lines stand in the log."""

import json
import logging
import sys

import pytest

from config.logs import HEADER, JsonLines


@pytest.mark.parametrize(("sent", "is_taken"), [("ab12cd34ef", True), ("x", False), ('a"}\n{"level"', False)])
def test_the_proxys_number_is_taken_when_it_looks_like_one(client, sent, is_taken):
    answer = client.get("/healthz", headers={HEADER: sent})

    assert (answer.headers[HEADER] == sent) is is_taken
    assert len(answer.headers[HEADER]) >= 8


def test_a_line_is_one_line_of_json_with_its_traceback():
    try:
        raise LookupError("gone")
    except LookupError:
        record = logging.LogRecord("a", logging.ERROR, "", 0, "two\nlines %s", ("织金",), sys.exc_info())

    text = JsonLines().format(record)

    said = json.loads(text)
    assert "\n" not in text
    assert (said["message"], said["level"]) == ("two\nlines 织金", "ERROR")
    assert "LookupError: gone" in said["traceback"]
    assert "request_id" not in said
