from django.urls import path

from workers import views
from workers.imports.urls import urlpatterns as roster_urls

app_name = "workers"

urlpatterns = [
    *roster_urls,
    path("who-looked/<int:user_id>/", views.looks_of_colleague, name="looks_of_colleague"),
    path("workers/add/", views.add, name="add"),
    path("workers/villages/", views.villages, name="villages"),
    path("workers/<int:worker_id>/", views.worker, name="worker"),
    path("workers/<int:worker_id>/verify/", views.verify, name="verify"),
    path("workers/<int:worker_id>/status/", views.report_status, name="report_status"),
    path("workers/<int:worker_id>/household/", views.household, name="household"),
    path("workers/<int:worker_id>/household/leave/", views.leave_household, name="leave_household"),
    path("workers/<int:worker_id>/call/", views.call, name="call"),
    path("workers/<int:worker_id>/reveal/", views.reveal, name="reveal"),
]
