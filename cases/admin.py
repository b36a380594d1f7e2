"""Only the table of clocks: cases themselves are worked on their own pages."""

import viewflow.workflow.admin  # noqa: F401  registers the two, which only then can be taken out
from django.contrib import admin
from viewflow.workflow.models import Process, Task

from cases.models import ClockRule

admin.site.unregister([Process, Task])  # changed there, a task would leave no line in the journal


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
