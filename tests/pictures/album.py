"""What is photographed: each page as whoever uses it, over rows that `setting` names; and what is not, and why."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.urls import reverse
from playwright.sync_api import Page

from tests.pictures import deeds

NOBODY = ""


@dataclass(frozen=True)
class Picture:
    """`about` gives each argument of the address the name of a row; `deed` is done on the page before the picture."""

    name: str
    who: str
    view: str
    about: dict[str, str] = field(default_factory=dict)
    query: str = ""
    status: int = 200
    deed: Callable[[Page], None] | None = None

    @property
    def is_whole(self) -> bool:
        """A sheet lies over what the screen shows, not over the whole page."""
        return self.deed not in (deeds.open_first_sheet, deeds.open_first_seat)

    def path(self, rows: dict[str, object]) -> str:
        kwargs = {argument: rows[row] for argument, row in self.about.items()}
        return reverse(self.view, kwargs=kwargs) + self.query.format(**rows)


def page(name: str, who: str, view: str, *, query="", status=200, deed=None, **about: str) -> Picture:
    return Picture(name, who, view, about, query, status, deed)


PAGES = (
    page("staff/login", NOBODY, "staff:login"),
    page("staff/login-wrong", NOBODY, "staff:login", deed=deeds.sign_in_wrong),
    page("staff/login-paused", NOBODY, "staff:login", deed=deeds.sign_in_too_often, status=429),
    page("staff/me", "village", "staff:me"),
    page("staff/me-desk", "supervisor", "staff:me"),
    page("staff/password", "village", "staff:password"),
    page("staff/password-refused", "village", "staff:password", deed=deeds.send_empty, status=422),
    page("staff/people", "supervisor", "staff:people"),
    page("staff/people-admin", "admin", "staff:people"),
    page("staff/people-none", "supervisor", "staff:people", query="?q=无此人"),
    page("staff/person", "supervisor", "staff:person", user_id="colleague"),
    page("staff/person-admin", "admin", "staff:person", user_id="colleague"),
    page("staff/403", "village", "notifications:list", status=403),
    page("staff/403-form", NOBODY, "staff:login", deed=deeds.send_without_token, status=403),
    page("staff/404", "village", "cases:case", case_id="missing", status=404),
    page("staff/409", "supervisor", "jobs:letter_pdf", letter_id="letter_revoked", status=409),
    page("staff/500", NOBODY, "staff:login", deed=deeds.break_down, status=500),
    page("workers/add", "village", "workers:add"),
    page("workers/add-desk", "supervisor", "workers:add"),
    page("workers/add-refused", "village", "workers:add", deed=deeds.send_empty, status=422),
    page("workers/worker", "village", "workers:worker", worker_id="with_case"),
    page("workers/worker-no-case", "village", "workers:worker", worker_id="no_case"),
    page("workers/worker-auditor", "auditor", "workers:worker", worker_id="has_text"),
    page("workers/verify", "village", "workers:verify", worker_id="with_case"),
    page("workers/status", "village", "workers:report_status", worker_id="with_case"),
    page("workers/status-refused", "village", "workers:report_status", worker_id="with_case", deed=deeds.send_empty,
         status=422),
    page("workers/reveal", "township", "workers:reveal", worker_id="with_case"),
    page("workers/revealed", "township", "workers:reveal", worker_id="with_case", deed=deeds.give_first_reason),
    page("workers/roster-send", "township", "workers:import"),
    page("workers/roster-send-first", "new-chief", "workers:import"),
    page("workers/roster", "supervisor", "workers:roster", upload_id="roster"),
    page("workers/roster-errors", "supervisor", "workers:roster", upload_id="roster", query="?verdict=error"),
    page("cases/today", "village", "cases:today"),
    page("cases/today-unfolded", "village", "cases:today", deed=deeds.open_panels),
    page("cases/today-township", "township", "cases:today"),
    page("cases/today-everybody", "township", "cases:today", query="?whose=everybody"),
    page("cases/today-supervisor", "supervisor", "cases:today"),
    page("cases/today-empty", "new-cadre", "cases:today"),
    page("cases/today-sheet", "village", "cases:today", deed=deeds.open_first_sheet),
    page("cases/done", "village", "cases:done"),
    page("cases/find", "village", "cases:find"),
    page("cases/find-results", "village", "cases:find", query="?q=yang"),
    page("cases/find-name", "supervisor", "cases:find", query="?q=杨"),
    page("cases/find-nobody", "village", "cases:find", query="?q=欧阳无此人"),
    page("cases/case-flagged", "village", "cases:case", case_id="flagged", deed=deeds.open_panels),
    page("cases/case-contacted", "village", "cases:case", case_id="contacted"),
    page("cases/case-introduced", "supervisor", "cases:case", case_id="introduced", deed=deeds.open_panels),
    page("cases/case-placed", "township", "cases:case", case_id="placed", deed=deeds.open_panels),
    page("cases/case-seated", "township", "cases:case", case_id="seated", deed=deeds.open_panels),
    page("cases/case-away", "supervisor", "cases:case", case_id="away"),
    page("cases/case-closed", "supervisor", "cases:case", case_id="closed"),
    page("cases/case-auditor", "auditor", "cases:case", case_id="flagged"),
    page("cases/case-sheet", "village", "cases:case", case_id="flagged", deed=deeds.open_first_sheet),
    page("cases/call", "village", "cases:record_contact", case_id="flagged"),
    page("cases/call-reached", "village", "cases:record_contact", case_id="flagged", deed=deeds.reached_somebody),
    page("cases/call-refused", "village", "cases:record_contact", case_id="flagged", deed=deeds.send_empty, status=422),
    page("cases/visit", "village", "cases:record_visit", case_id="flagged"),
    page("cases/visit-met", "village", "cases:record_visit", case_id="flagged", deed=deeds.met_somebody),
    page("cases/follow-up", "supervisor", "cases:follow_up", case_id="away"),
    page("cases/travel-alone", "township", "cases:travel_alone", case_id="placed"),
    page("cases/close", "village", "cases:close", case_id="flagged"),
    page("cases/close-refused", "village", "cases:close", case_id="flagged", deed=deeds.close_as_unreachable,
         status=409),
    page("cases/reopen", "supervisor", "cases:reopen", case_id="closed"),
    page("cases/assign", "supervisor", "cases:assign", case_id="flagged"),
    page("cases/audit", "auditor", "cases:audit", case_id="seated"),
    page("cases/flow-chart", "auditor", "cases:flow_chart", case_id="seated"),
    page("cases/list", "supervisor", "cases:list"),
    page("cases/list-late", "supervisor", "cases:list", query="?due=late"),
    page("cases/list-township", "township", "cases:list"),
    page("cases/list-empty", "new-chief", "cases:list"),
    page("cases/reassign", "supervisor", "cases:list", deed=deeds.hand_over_everything),
    page("cases/reassigned", "supervisor", "cases:list", query="?state=contacted", deed=deeds.hand_over_the_last),
    page("jobs/vacancies", "village", "jobs:vacancies"),
    page("jobs/vacancies-keeper", "supervisor", "jobs:vacancies"),
    page("jobs/vacancies-none", "supervisor", "jobs:vacancies", query="?q=宇航员"),
    page("jobs/vacancy", "supervisor", "jobs:vacancy", vacancy_id="vacancy"),
    page("jobs/vacancy-add", "supervisor", "jobs:vacancy_add", query="?employer={employer}"),
    page("jobs/vacancy-change", "supervisor", "jobs:vacancy_change", vacancy_id="vacancy"),
    page("jobs/vacancy-refused", "supervisor", "jobs:vacancy_add", query="?employer={employer}", deed=deeds.send_empty,
         status=422),
    page("jobs/employers", "supervisor", "jobs:employers"),
    page("jobs/employers-none", "supervisor", "jobs:employers", query="?q=无此企业"),
    page("jobs/employer", "supervisor", "jobs:employer", employer_id="employer"),
    page("jobs/employer-add", "supervisor", "jobs:employer_add"),
    page("jobs/employer-change", "supervisor", "jobs:employer_change", employer_id="employer"),
    page("jobs/introduce", "village", "jobs:introduce", case_id="contacted"),
    page("jobs/introduction-result", "supervisor", "jobs:introduction_result", case_id="introduced"),
    page("jobs/place", "village", "jobs:place", case_id="contacted"),
    page("jobs/place-refused", "village", "jobs:place", case_id="contacted", deed=deeds.send_empty, status=422),
    page("jobs/issue-letter", "township", "jobs:issue_letter", case_id="placed"),
    page("jobs/placement-end", "supervisor", "jobs:placement_end", placement_id="placement"),
    page("jobs/letter", "supervisor", "jobs:letter", letter_id="letter"),
    page("jobs/letter-revoked", "supervisor", "jobs:letter", letter_id="letter_revoked"),
    page("jobs/letter-revoke", "supervisor", "jobs:letter_revoke", letter_id="letter"),
    page("jobs/letter-receipt", "supervisor", "jobs:letter_receipt", letter_id="letter"),
    page("jobs/panel", "supervisor", "jobs:panel", case_id="introduced"),
    page("jobs/verify-enter", NOBODY, "jobs:verify_enter"),
    page("jobs/verify", NOBODY, "jobs:verify", code="code"),
    page("jobs/verify-revoked", NOBODY, "jobs:verify", code="code_revoked"),
    page("jobs/verify-unknown", NOBODY, "jobs:verify", code="missing", status=404),
    page("fairs/list", "fair", "fairs:list"),
    page("fairs/list-cadre", "village", "fairs:list"),
    page("fairs/list-empty", "new-chief", "fairs:list"),
    page("fairs/add", "fair", "fairs:add"),
    page("fairs/add-refused", "fair", "fairs:add", deed=deeds.send_empty, status=422),
    page("fairs/fair-running", "fair", "fairs:fair", fair_id="fair_running"),
    page("fairs/fair-open", "fair", "fairs:fair", fair_id="fair_open"),
    page("fairs/fair-finished", "fair", "fairs:fair", fair_id="fair_finished"),
    page("fairs/fair-cancelled", "fair", "fairs:fair", fair_id="fair_cancelled"),
    page("fairs/fair-cadre", "village", "fairs:fair", fair_id="fair_open"),
    page("fairs/edit", "fair", "fairs:edit", fair_id="fair_open"),
    page("fairs/booths", "fair", "fairs:booths", fair_id="fair_open"),
    page("fairs/licence", "fair", "fairs:licence", fair_id="fair_open"),
    page("fairs/booth-results", "fair", "fairs:booth_results", fair_id="fair_running", booth_id="booth"),
    page("fairs/confirm", NOBODY, "fairs:confirm", token="booth_token"),
    page("fairs/confirm-expired", NOBODY, "fairs:confirm", token="code", status=404),
    page("fairs/refer-many", "supervisor", "cases:list", query="?state=contacted", deed=deeds.refer_everything),
    page("fairs/batch", "supervisor", "fairs:batch", batch_id="batch"),
    page("fairs/finish", "fair", "fairs:finish", fair_id="fair_running"),
    page("fairs/cancel", "fair", "fairs:cancel", fair_id="fair_open"),
    page("fairs/check-in", "fair", "fairs:check_in", fair_id="fair_running"),
    page("fairs/check-in-refused", "fair", "fairs:check_in", fair_id="fair_running", deed=deeds.unknown_at_the_door,
         status=409),
    page("fairs/check-in-choice", "fair", "fairs:check_in", fair_id="fair_running", deed=deeds.a_name_at_the_door),
    page("fairs/people", "fair", "fairs:people", fair_id="fair_running"),
    page("fairs/people-none", "fair", "fairs:people", fair_id="fair_finished"),
    page("fairs/result", "fair", "fairs:result", referral_id="referral"),
    page("fairs/refer", "village", "fairs:refer", case_id="contacted"),
    page("fairs/panel", "supervisor", "fairs:panel", case_id="invited_case"),
    page("transport/list", "transport", "transport:list"),
    page("transport/list-cadre", "village", "transport:list"),
    page("transport/list-empty", "new-chief", "transport:list"),
    page("transport/add", "transport", "transport:add"),
    page("transport/add-refused", "transport", "transport:add", deed=deeds.send_empty, status=422),
    page("transport/edit", "transport", "transport:edit", trip_id="trip_open"),
    page("transport/trip-boarding", "transport", "transport:trip", trip_id="trip_boarding"),
    page("transport/trip-open", "transport", "transport:trip", trip_id="trip_open"),
    page("transport/train", "transport", "transport:trip", trip_id="train"),
    page("transport/trip-departed", "transport", "transport:trip", trip_id="trip_departed"),
    page("transport/trip-arrived", "supervisor", "transport:trip", trip_id="trip_arrived"),
    page("transport/trip-cadre", "village", "transport:trip", trip_id="trip_open"),
    page("transport/trip-sheet", "transport", "transport:trip", trip_id="trip_boarding", deed=deeds.open_first_seat),
    page("transport/seat-taken", "transport", "transport:seat", trip_id="trip_boarding", seat_id="seat_taken"),
    page("transport/seat-free", "transport", "transport:seat", trip_id="trip_open", seat_id="seat_free"),
    page("transport/cancel", "transport", "transport:cancel", trip_id="trip_open"),
    page("transport/depart", "transport", "transport:depart", trip_id="trip_boarding"),
    page("transport/arrive", "transport", "transport:arrive", trip_id="trip_departed"),
    page("transport/transfer", "transport", "transport:transfer", trip_id="trip_open"),
    page("transport/transfer-seen", "transport", "transport:transfer", trip_id="trip_boarding",
         deed=deeds.look_who_fits),
    page("transport/copy", "transport", "transport:copy", trip_id="trip_open"),
    page("transport/board", "transport", "transport:board", trip_id="trip_boarding"),
    page("transport/trip-arrivals", "transport", "transport:trip_arrivals", trip_id="trip_departed"),
    page("transport/arrivals", "supervisor", "transport:arrivals"),
    page("transport/arrivals-none", "new-chief", "transport:arrivals"),
    page("transport/book", "township", "transport:book_for_case", case_id="placed"),
    page("transport/panel", "township", "transport:panel", case_id="seated"),
    page("notifications/list", "supervisor", "notifications:list"),
    page("notifications/list-empty", "new-chief", "notifications:list"),
    page("notifications/panel", "supervisor", "notifications:panel", worker_id="has_text"),
    page("notifications/sandbox-phone", "supervisor", "notifications:sandbox_phone", worker_id="has_text"),
    page("insights/funnel", "supervisor", "insights:funnel"),
    page("insights/funnel-township", "township", "insights:funnel"),
    page("insights/funnel-empty", "new-chief", "insights:funnel"),
)  # fmt: skip

PAPERS = (
    page("papers/letter", "supervisor", "jobs:letter_pdf", letter_id="letter"),
    page("papers/letter-reprinted", "supervisor", "jobs:letter_pdf", letter_id="letter_reprinted"),
    page("papers/slip", "supervisor", "fairs:slip_pdf", referral_id="referral"),
    page("papers/licence", "fair", "fairs:licence_pdf", fair_id="fair_open"),
    page("papers/slips", "supervisor", "fairs:slips_pdf", fair_id="fair_running", part="first_part"),
    page("papers/manifest-posted", "transport", "transport:manifest_pdf", trip_id="trip_boarding"),
    page("papers/manifest-sealed", "transport", "transport:manifest_pdf", trip_id="trip_boarding",
         query="?copy=sealed"),
    page("papers/manifest-office", "transport", "transport:manifest_pdf", trip_id="trip_boarding",
         query="?copy=office"),
    page("papers/ticket", "transport", "transport:ticket_pdf", booking_id="booking"),
)  # fmt: skip

NOT_SHOWN = {
    "healthz": "a word for a machine",
    "set_language": "leads back to where one was",
    "staff:home": "leads on to one's first page",
    "areas:children": "the choices of a select, brought by htmx",
    "workers:villages": "the choices of a select, brought by htmx",
    "workers:roster_progress": "no content; asked by a page that waits",
    "workers:roster_report": "a CSV file",
    "cases:call": "hands the number to the phone",
    "jobs:placement_evidence": "the photo that somebody sent",
    "fairs:refer_many": "the page behind a button of the list of cases: fairs/refer-many",
    "fairs:live": "parts of the board, brought by htmx",
    "fairs:case_result": "leads on to the referral that waits for an answer",
}
