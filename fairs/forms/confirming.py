from django import forms
from django.utils.translation import gettext_lazy as _

from fairs.models import Booth
from jobs.models import Vacancy
from kit.fields import CountField
from workers.forms.fields import WorkerRemarkField

COMES = (("yes", _("We come")), ("no", _("We cannot come")))


class ConfirmForm(forms.Form):
    """What an employer answers: a number of people for each of its open posts, empty for those it does not bring."""

    comes = forms.ChoiceField(
        label=_("Do you come to the fair?"), choices=COMES, widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you come.")},
    )  # fmt: skip
    who = WorkerRemarkField(
        label=_("Who comes"), max_length=80, help_text=_("Name and how many, such as: Manager He and one more")
    )
    faces = {"comes": {"yes": {"icon": "circle-check"}, "no": {"icon": "circle-x"}}}

    def __init__(self, data=None, *, booth: Booth, **kwargs):
        self.posts = list(Vacancy.objects.filter(employer=booth.employer_id, closed_at=None).order_by("pk"))
        wanted = {f"post{pk}": n for pk, n in booth.offers.values_list("vacancy", "wanted")}
        comes = {None: "", True: "yes", False: "no"}[booth.comes]
        super().__init__(data, initial={"comes": comes, "who": booth.who_comes, **wanted}, **kwargs)
        for post in self.posts:
            self.fields[f"post{post.pk}"] = CountField(label=post.title, min_value=0, max_value=9999, required=False)

    @property
    def rows(self) -> list[tuple[Vacancy, forms.BoundField]]:
        return [(post, self[f"post{post.pk}"]) for post in self.posts]

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("comes") == "yes" and not cleaned.get("who") and "who" not in self.errors:
            self.add_error("who", _("Say who comes to the fair."))
        return cleaned

    @property
    def answer(self) -> dict:
        data = self.cleaned_data
        wanted = {post: data[f"post{post.pk}"] or 0 for post in self.posts}
        return {"comes": data["comes"] == "yes", "who": data["who"], "wanted": wanted}
