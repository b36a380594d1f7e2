"""Settings tables only: the calendar. Divisions change by migration, never by hand."""

from django.contrib import admin

from areas.models import Holiday


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    list_display = ["date", "name", "is_working_day"]
    list_filter = ["is_working_day"]
    date_hierarchy = "date"
