"""Where the phone network calls in. Signed or refused; answers at once; says nothing about what we know.

What no text and no report can hold, such as a NUL or a code of a thousand digits, is a 400 and changes nothing.
"""

import logging

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.request_validator import SIGNATURE_HEADER, RequestValidator

from notifications import gateways
from notifications.choices import Handled
from notifications.forms import TwilioReplyForm, TwilioReportForm
from notifications.gateways.twilio import TwilioGateway, reason_for
from notifications.models import Message
from notifications.receiving import replies, reports
from notifications.receiving.reports import Report

log = logging.getLogger(__name__)

State = Message.State

NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'

# Every word Twilio has for an outgoing text. What is missing here would be worth a look, so it is logged.
BECAME = {
    "accepted": State.SENT,
    "scheduled": State.SENT,
    "queued": State.SENT,
    "sending": State.SENT,
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "partially_delivered": State.SENT,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}
LONGEST_TEXT = 1600
KINDS = {"STOP": Handled.OPT_OUT, "START": Handled.OPT_IN, "HELP": Handled.HELP}


@csrf_exempt
@require_POST
def twilio_status(request, token):
    """204 whether or not we know the text: whoever holds no key of ours learns nothing, and Twilio needs no more."""
    if not is_from_twilio(request):
        return HttpResponse(status=403)
    form = TwilioReportForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    status, code = form.cleaned_data["MessageStatus"], form.cleaned_data["ErrorCode"]
    if status not in BECAME:
        log.warning("Twilio reported a status we do not know: %.20r", status)
        return HttpResponse(status=204)
    report = Report(
        gateway=TwilioGateway.name,
        token=str(token),
        ref=form.cleaned_data["MessageSid"],
        became=BECAME[status],
        reason="" if code is None else reason_for(code),
        code="" if code is None else str(code),
    )
    if report.ref:
        reports.record_report(report=report, at=timezone.now())
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def twilio_inbound(request):
    """An empty answer: Twilio would send anything else back to the worker as a text that no row knows of."""
    if not is_from_twilio(request):
        return HttpResponse(status=403)
    form = TwilioReplyForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    fields = form.cleaned_data
    if fields["MessageSid"] and fields["From"]:
        replies.receive_reply(
            gateway=TwilioGateway.name,
            ref=fields["MessageSid"],
            phone=fields["From"],
            body=fields["Body"][:LONGEST_TEXT],
            kind=KINDS.get(fields["OptOutType"].upper(), ""),
            at=timezone.now(),
        )
    return HttpResponse(NOTHING_TO_SAY, content_type="text/xml")


def is_from_twilio(request) -> bool:
    """Signed with our token over the public address, which a proxy may have hidden from `request`."""
    if gateways.current().name != TwilioGateway.name:
        return False
    url = settings.PUBLIC_BASE_URL.rstrip("/") + request.get_full_path()
    signature = request.headers.get(SIGNATURE_HEADER, "")
    return RequestValidator(settings.TWILIO_AUTH_TOKEN).validate(url, request.POST, signature)
