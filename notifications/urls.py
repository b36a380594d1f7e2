from django.urls import path

from notifications import views, webhooks

app_name = "notifications"

urlpatterns = [
    path("messages/", views.message_list, name="list"),
    path("messages/<int:message_id>/", views.message, name="message"),
    path("messages/replies/", views.replies, name="replies"),
    path("messages.xlsx", views.message_list_xlsx, name="list_xlsx"),
    path("messages/<int:message_id>/send-again/<int:round>/", views.send_again, name="send_again"),
    path("settings/texts/", views.wordings, name="wordings"),
    path("settings/texts/<slug:key>/", views.wording, name="wording"),
    path("settings/texts/<slug:key>/first/", views.back_to_first_wording, name="first_wording"),
    path("panels/messages/<int:worker_id>/", views.panel, name="panel"),
    path("sandbox/phone/<int:worker_id>/", views.sandbox_phone, name="sandbox_phone"),
    path("webhooks/twilio/status/<uuid:token>/", webhooks.twilio_status, name="twilio_status"),
    path("webhooks/twilio/inbound/", webhooks.twilio_inbound, name="twilio_inbound"),
]
