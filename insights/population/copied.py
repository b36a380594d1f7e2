"""Which rows of the casework are copied, and how each finds the person it is about."""

from dataclasses import dataclass

BY_CASE = "JOIN cases_case told ON told.id = old.case_id"
BY_PROCESS = "JOIN cases_case told ON told.id = old.artifact_object_id"
BY_TASK = """JOIN viewflow_process course ON course.id = old.process_id
    JOIN cases_case told ON told.id = course.artifact_object_id"""


@dataclass(frozen=True)
class Copied:
    """`worker` is SQL for the key of the worker, after `by` was joined to `old`; "" for rows about nobody."""

    model: str
    worker: str = ""
    by: str = ""


OF_A_WORKER, OF_A_CASE = {"worker": "old.worker_id"}, {"worker": "told.worker_id", "by": BY_CASE}

COPIED = (
    Copied("workers.workertag", **OF_A_WORKER),
    Copied("workers.statusreport", **OF_A_WORKER),
    Copied("workers.flag", **OF_A_WORKER),
    Copied("jobs.employer"),
    Copied("jobs.vacancy"),
    Copied("cases.case", **OF_A_WORKER),
    Copied("viewflow.process", worker="told.worker_id", by=BY_PROCESS),
    Copied("viewflow.task", worker="told.worker_id", by=BY_TASK),
    Copied("viewflow.task_previous"),
    Copied("cases.workitem", **OF_A_CASE),
    Copied("cases.contactattempt", **OF_A_WORKER),
    Copied("cases.followup", **OF_A_CASE),
    Copied("cases.followupentry", **OF_A_CASE),
    Copied("cases.casemove", **OF_A_CASE),
    Copied("jobs.introduction", **OF_A_CASE),
    Copied("jobs.placement", **OF_A_WORKER),
    Copied("jobs.letter", **OF_A_WORKER),
    Copied("fairs.fair"),
    Copied("fairs.booth"),
    Copied("fairs.boothvacancy"),
    Copied("fairs.referralbatch"),
    Copied("fairs.fairreferral", **OF_A_WORKER),
    Copied("fairs.wish"),
    Copied("transport.trip"),
    Copied("transport.stop"),
    Copied("transport.seat"),
    Copied("transport.booking", **OF_A_WORKER),
    Copied("transport.standby", **OF_A_WORKER),
    Copied("notifications.message", **OF_A_WORKER),
    Copied("notifications.deliveryattempt"),
)

ELSEWHERE_WRITTEN = ("workers.journalline", "workers.household")
"""With the people: their keys are moved as those of copied rows."""

KEYS_IN_JSON = {
    "case": "cases.case",
    "post_id": "jobs.vacancy",
    "follow_up": "cases.followup",
    "report": "workers.statusreport",
    "left_item": "cases.workitem",
}
"""Where JSON names the key of a row, by the name it has there."""

MOVED = {
    ("cases.followup", "placement_ref"): "jobs.placement",
    ("viewflow.process", "artifact_object_id"): "cases.case",
}
"""Plain numbers that are keys of copied rows, by model and column."""
