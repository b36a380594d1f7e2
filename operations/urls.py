from django.urls import path

from operations import views

app_name = "operations"

urlpatterns = [
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("operations/", views.overview, name="overview"),
    path("operations/failures/<int:failure_id>/again/", views.try_again, name="try_again"),
]
