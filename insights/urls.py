from django.urls import path

from insights import views

app_name = "insights"

urlpatterns = [
    path("overview/", views.overview, name="funnel"),
    path("overview.xlsx", views.overview_xlsx, name="overview_xlsx"),
]
