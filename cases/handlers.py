"""What casework does when something happens to a worker, or to a colleague who has cases in hand."""

from django.dispatch import receiver

from cases import policies, selectors, services
from cases.choices import State
from cases.contact.outcomes import what_news_closes
from cases.models import Case
from kit.sql import Compiled
from notifications.events import reply_received, reply_unclear
from notifications.receiving import questions
from notifications.rules import reply_words
from staff.events import posting_ended, user_deactivated
from workers.choices import Source
from workers.events import (
    news_weighed,
    phones_doubted,
    rows_taken_back,
    status_followed,
    status_reported,
    worker_about_to_change,
    worker_corrected,
    worker_flagged,
    workers_about_to_change,
    workers_enrolled,
    workers_flagged,
)

# said by nobody who serves: the worker, or a list
NEWS = frozenset({Source.SELF, Source.IMPORT})
# yes and no
UNDERSTOOD = frozenset({"1", "2"})
FLAGGED_OF = Compiled(lambda worker_id: Case.objects.filter(worker_id=worker_id, state=State.FLAGGED))


@receiver(worker_about_to_change, dispatch_uid="cases.lock_case_before_worker")
def lock_case_before_worker(sender, *, worker, said_in, **_):
    """The order of locks is case, then worker, for whoever comes from either side; who comes from the case has it."""
    if said_in is None:
        services.lock_open_case_of(worker.pk)


@receiver(workers_about_to_change, dispatch_uid="cases.lock_cases_before_workers")
def lock_cases_before_workers(sender, *, worker_ids, **_):
    services.lock_cases_of(worker_ids)


@receiver(news_weighed, dispatch_uid="cases.leave_out_whose_case_follows")
def leave_out_whose_case_follows(sender, *, news, alone, at, **_):
    alone |= services.whose_case_follows(news, at=at)


@receiver(phones_doubted, dispatch_uid="cases.who_was_reached_by_phone")
def say_who_was_reached_by_phone(sender, *, since, reached, **_):
    reached |= selectors.reached_by_phone(since)


@receiver(worker_flagged, dispatch_uid="cases.open_case_for_flagged")
def open_case_for_flagged_worker(sender, *, worker, flag, by, at, **_):
    services.open_case(worker=worker, flag=flag, by=by, at=at)


@receiver(workers_enrolled, dispatch_uid="cases.open_cases_of_enrolled")
def open_cases_of_enrolled(sender, *, enrolled, book, by, at, **_):
    services.open_cases_of_enrolled(enrolled, book=book, by=by, at=at)


@receiver(workers_flagged, dispatch_uid="cases.open_cases_of_flagged")
def open_cases_of_flagged(sender, *, flagged, book, by, at, **_):
    services.open_cases_of_flagged(flagged, book=book, by=by, at=at)


@receiver(rows_taken_back, dispatch_uid="cases.take_back_cases_of_a_roster")
def take_back_cases_of_a_roster(sender, *, rows, **_):
    services.take_back_cases(rows.get(Case._meta.label_lower, ()))


@receiver(worker_corrected, dispatch_uid="cases.follow_worker")
def follow_worker_to_new_area(sender, *, worker, changed, by, at, **_):
    if "area" in changed:
        services.follow_worker(worker=worker, by=by, at=at)


@receiver(status_reported, dispatch_uid="cases.close_when_news_says_so")
def close_when_news_says_so(sender, *, worker, report, said_in, by, at, **_):
    """Whoever brought the news, there is nobody left to call. What is said in a step of the case is no news to it."""
    if said_in is not None:
        return
    reason, states = what_news_closes(report.status)
    if not states:
        return
    case = Case.objects.filter(worker=worker, state__in=states).first()
    if case is not None:
        teller = None if report.source in NEWS else by
        services.close_on_news(case=case, reason=reason, happened_at=report.happened_at, by=teller, at=at)


@receiver(status_followed, dispatch_uid="cases.met_at_the_door_is_the_contact")
def met_at_the_door_is_the_contact(sender, *, worker, report, said_in, by, at, **_):
    """Whoever stood before the worker and wrote down how they are need not go and ask again."""
    if said_in is not None or by is None or report.source != Source.VISIT:
        return
    case = FLAGGED_OF.first(worker.pk)
    if case is not None and policies.can_work_on(by, case):
        services.count_as_contact(case=case, report=report, by=by, at=at)


@receiver(reply_unclear, dispatch_uid="cases.ask_whose_answer")
def ask_whose_answer(sender, *, worker, others, digit, at, **_):
    services.ask_whose_answer(worker=worker, others=others, digit=digit, at=at)


@receiver(reply_received, dispatch_uid="cases.ask_what_was_meant")
def ask_what_was_meant(sender, *, worker, message, digit, body, at, **_):
    """Words say something, asked for or not; and asked for 1 or 2, neither came. Nobody else acts on it, so the cadre
    reads it and asks."""
    is_asked = message is not None and questions.stands(message)
    if (is_asked and digit not in UNDERSTOOD) or (digit is None and reply_words.says_something(body)):
        services.ask_what_was_meant(worker=worker, digit=digit or "", at=at)


@receiver(posting_ended, dispatch_uid="cases.release_after_posting")
def release_after_posting(sender, *, posting, by, at, **_):
    """Nothing yet while the last day lies ahead: the clock takes what is left then."""
    services.release_left_behind(owner=posting.user, by=by, at=at)


@receiver(user_deactivated, dispatch_uid="cases.release_after_deactivation")
def release_after_deactivation(sender, *, user, by, at, **_):
    services.release_left_behind(owner=user, by=by, at=at)
