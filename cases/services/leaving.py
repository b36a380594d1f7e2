"""Cases that a roster opened go when it is taken back, with everything of their course."""

from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from cases.models import Case
from kit.copying import array_of

LET_GO = "SELECT cases_let_go(%s::integer[])"
COURSES = """
SELECT array_agg(id) FROM viewflow_process
WHERE artifact_content_type_id = %s AND artifact_object_id = ANY(%s::integer[])
"""
TASKS = "SELECT array_agg(id) FROM viewflow_task WHERE process_id = ANY(%s)"
COURSE = (
    "DELETE FROM viewflow_task_previous WHERE from_task_id = ANY(%(tasks)s) OR to_task_id = ANY(%(tasks)s)",
    "DELETE FROM viewflow_task WHERE id = ANY(%(tasks)s)",
    "DELETE FROM viewflow_process WHERE id = ANY(%(courses)s)",
)


def take_back_cases(case_ids: Collection[int]) -> None:
    """The database refuses it of any case that did not come with what is being taken back."""
    if not case_ids:
        return
    kind = ContentType.objects.get_for_model(Case).pk
    with connection.cursor() as cursor:
        courses = cursor.execute(COURSES, [kind, array_of(case_ids)]).fetchone()[0]
        tasks = cursor.execute(TASKS, [courses]).fetchone()[0]
        cursor.execute(LET_GO, [array_of(case_ids)])
        for statement in COURSE:
            cursor.execute(statement, {"tasks": tasks, "courses": courses})
