from django.contrib.auth.views import LogoutView
from django.urls import path

from staff import views

app_name = "staff"

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("me/", views.me, name="me"),
    path("me/password/", views.change_password, name="password"),
    path("preferences/", views.preferences, name="preferences"),
]
