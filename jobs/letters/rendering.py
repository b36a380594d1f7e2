"""The PDF of a letter: rendered after commit, kept sealed, rendered again only for another print."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from jobs.letters.facts import paper_of
from jobs.models import Letter
from jobs.sealed import kept_if_all_goes_well
from kit import papers


def render(*, letter_id: int, at: datetime) -> Letter:
    """Safe to run twice, and by two at once: the first to finish is kept."""
    letter = Letter.objects.select_related("issued_by").get(pk=letter_id)
    if letter.is_rendered or letter.revoked_at:
        return letter
    return _keep(letter, papers.render_pdf(html_of(letter), style="letter"), at=at)


def html_of(letter: Letter) -> str:
    with translation.override("zh-hans"):
        return render_to_string("jobs/papers/letter.html", {"paper": paper_of(letter)})


def open_pdf(letter: Letter, *, at: datetime) -> bytes:
    """The bytes to send. Should the queue be slow, the reader's own request renders it: nobody waits for a worker."""
    if not letter.is_rendered:
        letter = render(letter_id=letter.pk, at=at)
    with letter.pdf.open("rb") as file:
        return file.read()


@kept_if_all_goes_well()
@transaction.atomic
def _keep(letter: Letter, pdf: bytes, *, at: datetime) -> Letter:
    """If the paper moved on meanwhile (another print), what we hold is stale and the other run keeps its own."""
    current = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if current.is_rendered or current.edition != letter.edition:
        return current
    storage, old = current.pdf.storage, current.pdf.name
    current.pdf.save(f"{current.county_id}-{current.number:05d}-{current.edition}.sealed", ContentFile(pdf), save=False)
    current.pdf_print, current.rendered_at = current.edition, at
    current.save(update_fields=["pdf", "pdf_print", "rendered_at"])
    if old:
        transaction.on_commit(lambda: storage.delete(old))
    return current
