"""The texts of this app. No tag, no employer, no ID number: anybody may pick up the phone."""

from django.utils.translation import gettext_lazy as _

from notifications.receiving import questions
from notifications.templates import register
from transport.models import Booking

ASKS_WHETHER_THEY_COME = ("seat_booked", "trip_replaced", "departure_reminder")

register(
    "seat_booked",
    title=_("Seat booked"),
    zh="{name}您好，您的返岗座位已订好：{number}（{trip}）{seat}。{gather_at}在{place}集合，上车码{code}。免费，不得转让。能来请回复1，不能来回复2。",
    en="{name}, your seat is booked: {number} ({trip}), {seat}. Gather {gather_at} at {place}. "
    "Boarding code {code}. Free, not transferable. Reply 1 if you come, 2 if you cannot.",
)
register(
    "seat_changed",
    title=_("Seat changed"),
    zh="{name}您好，您的座位已改：{number}（{trip}）现在是{seat}。{gather_at}在{place}集合，上车码仍是{code}。",
    en="{name}, your seat has changed: {number} ({trip}), now {seat}. Gather {gather_at} at {place}. "
    "Your boarding code is still {code}.",
)
register(
    "trip_changed",
    title=_("Trip changed"),
    zh="{name}您好，车次{number}（{trip}）有变：请{gather_at}在{place}集合，{seat}，上车码{code}。车牌{plate}。",
    en="{name}, trip {number} ({trip}) has changed: gather {gather_at} at {place}, {seat}, boarding code {code}. "
    "Plate {plate}.",
)
register(
    "dropoff_changed",
    title=_("Drop-off changed"),
    zh="{name}您好，车次{number}（{trip}）下车的地方有变：改在{dropoff}下车，{arrives_at}左右到。",
    en="{name}, trip {number} ({trip}) has changed: you get off at {dropoff}, at about {arrives_at}.",
)
register(
    "trip_replaced",
    title=_("Moved to another trip"),
    zh="{name}您好，您的车次改了，原来的不坐了：改乘{number}（{trip}）{seat}。{gather_at}在{place}集合，上车码{code}。能来请回复1，不能来回复2。",
    en="{name}, you travel with another trip now, not the one before: {number} ({trip}), {seat}. "
    "Gather {gather_at} at {place}. Boarding code {code}. Reply 1 if you come, 2 if you cannot.",
)
register(
    "seat_released",
    title=_("Seat released"),
    zh="{name}您好，您在{number}（{trip}，{departs_at}发车）的座位已取消。还想去请告诉村里，我们再为您安排。",
    en="{name}, your seat on {number} ({trip}, leaving {departs_at}) has been cancelled. "
    "Tell your village cadre if you still want to go.",
)
register(
    "trip_cancelled",
    title=_("Trip cancelled"),
    zh="{name}您好，很抱歉，{number}（{trip}，{departs_at}发车）取消了，请不要去集合点。村里会尽快联系您另作安排。",
    en="{name}, sorry: {number} ({trip}, leaving {departs_at}) is cancelled. Please do not go to the stop. "
    "Your village cadre will call you soon.",
)
register(
    "departure_reminder",
    title=_("Reminder of the departure"),
    zh="{name}您好，请{gather_at}在{place}集合，乘{number}（{trip}），{seat}，上车码{code}。车牌{plate}。带身份证。能来请回复1，不能来回复2。",
    en="{name}, a reminder: gather {gather_at} at {place} for {number} ({trip}), {seat}, boarding code {code}. "
    "Plate {plate}. Bring your ID card. Reply 1 if you come, 2 if you cannot.",
    bulk=True,
)


def still_asked(booking_ids: list[int]) -> set[int]:
    return set(Booking.objects.upcoming().awaited().filter(pk__in=booking_ids).values_list("pk", flat=True))


questions.register(ASKS_WHETHER_THEY_COME, still_asked)
