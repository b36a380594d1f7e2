"""What is said of a field above a form: its label, one mark, the words."""

import re

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation


@pytest.mark.parametrize(
    "language,label,said",
    [
        ("zh-hans", "哪个岗位？", "哪个岗位？请选择"),
        ("zh-hans", "关门", "关门：请选择"),
        ("en", "Which post?", "Which post? 请选择"),
        ("en", "Doors close", "Doors close: 请选择"),
    ],
)
def test_between_a_label_and_what_is_wrong_stands_one_mark(language, label, said):
    form = forms.Form({})
    form.fields["field"] = forms.CharField(label=label, error_messages={"required": "请选择"})

    with translation.override(language):
        shown = render_to_string("components/form_errors.html", {"form": form})

    row = re.search(r"<li>(.*?)</li>", shown, re.DOTALL)[1]
    assert re.sub(r"<[^>]+>", "", row).strip() == said
