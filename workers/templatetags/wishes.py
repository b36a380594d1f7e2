"""{{ worker.wish_place|spoken_place }}, {{ case.close_note|spoken }}"""

from django import template

from workers.choices import spoken_place
from workers.said import spoken

register = template.Library()
register.filter("spoken_place", spoken_place)
register.filter("spoken", spoken)
