"""Who may do what is a posting, given on the page of colleagues; groups of Django's own say nothing here."""

import django.contrib.auth.admin  # noqa: F401  registers the groups, which only then can be taken out
from django.contrib import admin
from django.contrib.auth.models import Group

admin.site.unregister(Group)
