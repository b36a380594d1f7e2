import pytest

from notifications.gateways import Capabilities
from notifications.gateways.sandbox import SandboxGateway
from notifications.wording import letter_of
from tests.staff.factories import DAFANG_VILLAGE, FENGPING


class OneWay(SandboxGateway):
    capabilities = Capabilities(two_way=False, links=False, knows_gsm7=False)


@pytest.mark.parametrize(
    ("area_code", "language", "letter"),
    [
        (FENGPING, "zh-hans", "【织金就业】您好。回复TD退订"),
        (DAFANG_VILLAGE, "zh-hans", "【大方就业】您好。回复TD退订"),
        (440305000000, "zh-hans", "【毕节就业】您好。回复TD退订"),
        (FENGPING, "en", "Zhijin Jobs: 您好。 Reply STOP to opt out."),
    ],
)
def test_it_is_signed_by_the_county_and_says_how_to_stop(area_code, language, letter):
    assert letter_of("您好。", area_code=area_code, language=language, gateway=SandboxGateway()) == letter


def test_where_no_reply_comes_back_none_is_offered():
    assert letter_of("您好。", area_code=FENGPING, language="zh-hans", gateway=OneWay()) == "【织金就业】您好。"


def test_a_county_may_choose_its_signature(settings):
    settings.WAYFARE_SMS_SIGNATURES = {520524000000: ("织金人社", "Zhijin HRSS")}

    letter = letter_of("您好。", area_code=FENGPING, language="zh-hans", gateway=SandboxGateway())

    assert letter == "【织金人社】您好。回复TD退订"
