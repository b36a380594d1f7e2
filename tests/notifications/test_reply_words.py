import pytest

from notifications.rules.reply_words import understand


@pytest.mark.parametrize("body", ["1", " 1 ", "１", "1。", "1.", "回复1", "【1】", "“1”", "选 1", "1！"])
def test_a_single_digit_is_an_answer(body):
    assert understand(body) == ("digit", "1")


@pytest.mark.parametrize(
    "body",
    [
        "STOP", "stop", "Stop.", "StopAll", "UNSUBSCRIBE", "Cancel", "END", "quit", "OPTOUT", "revoke",
        "TD", "td", "T", "ＴＤ", "退订", "退订。",
    ],
)  # fmt: skip
def test_stop_words_of_twilio_and_of_china_opt_out(body):
    assert understand(body) == ("opt_out", "")


@pytest.mark.parametrize("body", ["START", "start", "YES", "Unstop", "恢复"])
def test_start_words_opt_in(body):
    assert understand(body) == ("opt_in", "")


@pytest.mark.parametrize("body", ["HELP", "info", "?", "？", "帮助"])
def test_help_words_ask_for_help(body):
    assert understand(body) == ("help", "")


@pytest.mark.parametrize("body", ["", "12", "1 2", "我1号去", "please stop", "取消座位", "no", "好的", "13800001111"])
def test_anything_else_is_for_a_person_to_read(body):
    assert understand(body) == ("text", "")
