from staff.views.own import Login, change_password, home, me, preferences
from staff.views.people import appoint, deactivate, end_appointment, people, person, reactivate
