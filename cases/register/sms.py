"""The texts this app sends."""

from django.utils.translation import gettext_lazy as _

from notifications import templates

templates.register(
    "please_call_back",
    title=_("Please call back"),
    zh="{name}您好，村镇就业服务人员{cadre}多次打电话没有联系上您，方便时请回电{phone}。",
    en="Hello {name}, {cadre} of the employment service has tried to call you several times. Please call back: {phone}",
)
