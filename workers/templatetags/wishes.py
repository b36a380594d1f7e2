"""{{ worker.wish_place|spoken_place }}"""

from django import template

from workers.choices import spoken_place

register = template.Library()
register.filter("spoken_place", spoken_place)
