from django.contrib.auth.views import LogoutView
from django.urls import path, reverse_lazy

from staff import views

app_name = "staff"

set_password = views.SetPassword.as_view(
    success_url=reverse_lazy("staff:home"),
    post_reset_login=True,
    post_reset_login_backend="django.contrib.auth.backends.ModelBackend",
)

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/<uidb64>/<token>/", set_password, name="set_password"),
    path("me/", views.me, name="me"),
    path("me/password/", views.change_password, name="password"),
    path("people/", views.people, name="people"),
    path("people/new/", views.new_person, name="new_person"),
    path("people.xlsx", views.people_xlsx, name="people_xlsx"),
    path("people/<int:user_id>/", views.person, name="person"),
    path("people/<int:user_id>/name/", views.correct, name="correct"),
    path("people/<int:user_id>/postings/", views.appoint, name="appoint"),
    path("people/<int:user_id>/link/", views.give_link, name="give_link"),
    path("people/<int:user_id>/unlock/", views.unlock, name="unlock"),
    path("people/<int:user_id>/deactivate/", views.deactivate, name="deactivate"),
    path("people/<int:user_id>/reactivate/", views.reactivate, name="reactivate"),
    path("postings/<int:posting_id>/", views.posting, name="posting"),
    path("postings/<int:posting_id>/end/", views.end_appointment, name="end_appointment"),
    path("who-looked/", views.accesses, name="accesses"),
    path("who-looked.xlsx", views.accesses_xlsx, name="accesses_xlsx"),
    path("preferences/", views.preferences, name="preferences"),
]
