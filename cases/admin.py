"""Only the table of clocks: cases themselves are worked on their own pages."""

from django.contrib import admin

from cases.models import ClockRule


@admin.register(ClockRule)
class ClockRuleAdmin(admin.ModelAdmin):
    list_display = [
        "clock",
        "service_group",
        "amount",
        "unit",
        "escalate_township_days",
        "escalate_county_days",
        "valid_from",
        "valid_to",
    ]
    list_filter = ["clock", "service_group"]
