"""Wires the rooms together; imported by nobody but what starts a process."""

from config.celery import app as celery_app
