"""Included in workers.urls, under its namespace."""

from django.urls import path

from workers.imports import views

urlpatterns = [
    path("workers/import/", views.send_roster, name="import"),
    path("workers/import/<int:upload_id>/", views.roster, name="roster"),
    path("workers/import/<int:upload_id>/progress/", views.roster_progress, name="roster_progress"),
    path("workers/import/<int:upload_id>/decide/", views.decide, name="decide_row"),
    path("workers/import/<int:upload_id>/save/", views.save_roster, name="save_roster"),
    path("workers/import/<int:upload_id>/report.csv", views.roster_report, name="roster_report"),
]
