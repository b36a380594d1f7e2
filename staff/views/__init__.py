from staff.views.own import Login, change_password, home, me, preferences
from staff.views.people import appoint, deactivate, end_appointment, people, person, reactivate

__all__ = [
    "Login",
    "appoint",
    "change_password",
    "deactivate",
    "end_appointment",
    "home",
    "me",
    "people",
    "person",
    "preferences",
    "reactivate",
]
