from django.urls import path

from areas import views

app_name = "areas"

urlpatterns = [
    path("areas/<int:code>/children/", views.children, name="children"),
]
