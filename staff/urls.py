from django.contrib.auth.views import LogoutView
from django.urls import path

from staff import views

app_name = "staff"

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.Login.as_view(), name="login"),
    path("login/code/", views.code, name="code"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/<uidb64>/<token>/", views.SetPassword.as_view(), name="set_password"),
    path("me/", views.me, name="me"),
    path("me/password/", views.change_password, name="password"),
    path("me/code/", views.factor, name="factor"),
    path("me/code/setup/", views.factor_setup, name="factor_setup"),
    path("me/code/off/", views.factor_off, name="factor_off"),
    path("me/code/recovery/", views.recovery_codes, name="recovery_codes"),
    path("me/code/recovery/new/", views.recovery_codes_anew, name="recovery_codes_anew"),
    path("me/sign-in/mine/", views.it_was_me, name="it_was_me"),
    path("me/sign-in/not-mine/", views.it_was_not_me, name="it_was_not_me"),
    path("me/sessions/", views.own_sessions, name="sessions"),
    path("me/sessions/end/", views.end_session, name="end_session"),
    path("me/sessions/end-others/", views.end_other_sessions, name="end_other_sessions"),
    path("people/", views.people, name="people"),
    path("people/new/", views.new_person, name="new_person"),
    path("people.xlsx", views.people_xlsx, name="people_xlsx"),
    path("people/<int:user_id>/", views.person, name="person"),
    path("people/<int:user_id>/name/", views.correct, name="correct"),
    path("people/<int:user_id>/postings/", views.appoint, name="appoint"),
    path("people/<int:user_id>/link/", views.give_link, name="give_link"),
    path("people/<int:user_id>/unlock/", views.unlock, name="unlock"),
    path("people/<int:user_id>/code/reset/", views.reset_factor, name="reset_factor"),
    path("people/<int:user_id>/sign-out/", views.sign_out, name="sign_out"),
    path("people/<int:user_id>/deactivate/", views.deactivate, name="deactivate"),
    path("people/<int:user_id>/reactivate/", views.reactivate, name="reactivate"),
    path("postings/<int:posting_id>/", views.posting, name="posting"),
    path("postings/<int:posting_id>/end/", views.end_appointment, name="end_appointment"),
    path("sign-ins/", views.odd_sign_ins, name="odd_sign_ins"),
    path("changes-of-accounts/", views.deeds, name="deeds"),
    path("changes-of-settings/", views.changes_of_settings, name="changes_of_settings"),
    path("who-looked/", views.accesses, name="accesses"),
    path("who-looked.xlsx", views.accesses_xlsx, name="accesses_xlsx"),
    path("preferences/", views.preferences, name="preferences"),
]
