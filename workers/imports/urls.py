"""Included in workers.urls, under its namespace."""

from django.urls import path

from workers.imports import views

urlpatterns = [
    path("workers/import/", views.send_roster, name="import"),
    path("workers/import/<int:upload_id>/", views.roster, name="roster"),
    path("workers/import/<int:upload_id>/progress/", views.roster_progress, name="roster_progress"),
    path("workers/import/<int:upload_id>/decide/", views.decide, name="decide_row"),
    path("workers/import/<int:upload_id>/save/", views.save_roster, name="save_roster"),
    path("workers/import/<int:upload_id>/pause/", views.pause_roster, name="pause_roster"),
    path("workers/import/<int:upload_id>/resume/", views.resume_roster, name="resume_roster"),
    path("workers/import/<int:upload_id>/cancel/", views.cancel_roster, name="cancel_roster"),
    path("workers/import/<int:upload_id>/take-back/", views.take_back_roster, name="take_back_roster"),
    path("workers/import/<int:upload_id>/columns/", views.roster_columns, name="roster_columns"),
    path("workers/import/<int:upload_id>/again/", views.look_again, name="look_again_at_roster"),
    path("workers/import/<int:upload_id>/report.xlsx", views.roster_workbook, name="roster_workbook"),
    path("workers/import/<int:upload_id>/report.csv", views.roster_report, name="roster_report"),
]
