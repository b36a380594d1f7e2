import pytest

from notifications.rules.reply_words import understand


@pytest.mark.parametrize("body", ["1", " 1 ", "１", "1。", "1.", "回复1", "【1】", "“1”", "选 1", "1！", "1️⃣", "1❤️"])
def test_a_single_digit_is_an_answer(body):
    assert understand(body) == ("digit", "1")


@pytest.mark.parametrize(
    "body",
    [
        "STOP", "stop", "Stop.", "StopAll", "UNSUBSCRIBE", "Cancel", "END", "quit", "OPTOUT", "revoke",
        "TD", "td", "T", "ＴＤ", "退订", "退订。", "TD退订", "T D", "退 订", "停", "停止", "停发短信",
        "别发了", "请不要再发了",
        "麻烦你们以后别给我发短信了，谢谢", "我要退订", "不想再收到短信了", "回复TD退订", "退\u200b订", "拒收",
        "停止给我发短信", "不要短信", "you stop texting me",
        "请停止", "请停", "停吧", "停止短信", "取消短信", "拒绝接收",
        "stop it", "no more texts", "No more messages please", "remove me",
        "please stop", "Stop texting me", "stop all messages please", "unsubscribe me", "opt-out", "S T O P", "STOP!!",
        "T.D", "T-D", "td，谢谢", "请TD", "回复TD", "不用发了", "不需要短信", "烦死了别发了", "take me off the list",
        "回TD", "回T退订", "T\ufeffD", "T\u200bD", "退订🙏", "退訂", "我不想再收到你们的短信", "退订你们的消息",
        "再也不要发了", "don't text me", "cancel texts", "别再发了🙏🏽",
        "停，谢谢", "回复停", "我要停", "停停停", "短信停了吧", "把短信停了", "请停止给我发短信", "请停止发短信",
        "麻烦停止发送", "退订退订", "TD TD", "T退", "请拒收", "拒绝短信", "不接受短信", "不想要短信", "莫发了",
        "别发咯", "TD退",
        "不要再发短信过来了", "别打扰我", "请勿打扰", "退订，已找到工作", "别发短信了，我有工作了",
        "do not text me", "don't text me again", "quit texting me", "no texts", "remove me from this list",
        "I don't want these texts", "end texts", "opt me out", "wrong number, stop texting",
        "停❤️", "退订✌️", "T\u3164D", "TD+退订", "TD/退订", "T*D", "T—D", "退|订", "退订：谢谢", "#退订", "unsub",
        "申请退订", "我要求退订", "确认退订", "同意退订", "别骚扰我", "不要再骚扰我了",
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


@pytest.mark.parametrize(
    "body",
    [
        "", "12", "1 2", "我1号去", "取消座位", "no", "好的", "13800001111",
        "别停", "不要停", "不退订", "别退订", "不要退订", "停车场在哪", "车停哪里", "短信收到了", "收到", "好的收到",
        "T_T", "T T", "(T_T)", "T.T", "不收我", "你们不收我了吧", "不接收我", "拒收我", "都停了", "停了", "把我停了",
        "全部停发了吧", "不用发", "我不收到通知了", "别发车",
        "别停吧", "请别停", "请停车", "停车吧", "please don't remove me", "don't stop it",
        "1 TD", "TD站上车", "std",
        "要不要给我发短信", "你们要不要发信息给我", "the stop", "to the stop", "我退订了车票", "能不能别发",
        "🙏", "去🚌", "which stop?", "don't stop", "the bus stop", "please", "谢谢", "不去了", "给我发短信",
        "别发，等等我", "停，我坐后面一班", "没收到短信，几点发车", "不要紧，短信收到了", "我退订了车票，不去了",
        "请不要取消我的座位，短信收到了", "no text yet", "stop, which one?", "要不要发短信，你说", "发短信，别打电话",
        "退订？", "停?", "停/走？",
    ],
)  # fmt: skip
def test_anything_else_is_for_a_person_to_read(body):
    assert understand(body) == ("text", "")
