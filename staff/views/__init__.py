from staff.views.own import Login, change_password, home, me, page_too_old, preferences
from staff.views.people import appoint, deactivate, end_appointment, people, person, posting, reactivate
