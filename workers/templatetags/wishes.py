"""{{ worker.wish_place|spoken_place }}, {{ case.close_note|spoken }}"""

from django import template

from kit.said import spoken
from workers.choices import spoken_place

register = template.Library()
register.filter("spoken_place", spoken_place)
register.filter("spoken", spoken)
