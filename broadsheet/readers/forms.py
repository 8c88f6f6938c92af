"""What readers fill in about themselves."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, ClassVar

from allauth.account.forms import SignupForm
from allauth.socialaccount.forms import SignupForm as SocialSignupForm
from django import forms
from django.http import QueryDict

from broadsheet.readers.handles import RULE
from broadsheet.readers.models import Reader
from broadsheet.readers.tokens import MEANINGS, Scope


class SignUp(SignupForm):  # type: ignore[misc]  # the library has no stubs
    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  the library's own
        super().__init__(*args, **kwargs)
        name_handle(self)


class SignUpFromElsewhere(SocialSignupForm):  # type: ignore[misc]  # the library has no stubs
    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  the library's own
        super().__init__(*args, **kwargs)
        name_handle(self)


def name_handle(form: SignUp | SignUpFromElsewhere) -> None:
    handle = form.fields["username"]
    handle.label = "Handle"
    handle.help_text = f"How others address you: {RULE}."
    handle.widget.attrs |= {"placeholder": "", "autocapitalize": "none", "maxlength": "30"}


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy only
    link = forms.URLField(required=False, max_length=300, label="A link", assume_scheme="https")

    orcid = forms.CharField(
        required=False, max_length=60, label="ORCID iD", help_text="Like 0000-0002-1825-0097."
    )

    class Meta:
        model = Reader
        fields = ("name", "about", "link", "orcid", "is_public")
        labels: ClassVar[dict[str, str]] = {
            "about": "About you",
            "is_public": "Others may see all of this, and what I do here in public",
        }
        help_texts: ClassVar[dict[str, str]] = {
            "name": "As you want to be called. Without it, your handle is shown.",
            "is_public": "Else they see your handle and your name only.",
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {"about": forms.Textarea(attrs={"rows": 4})}

    def clean_name(self) -> str:
        return one_line(str(self.cleaned_data["name"]))

    def clean_link(self) -> str:
        link = str(self.cleaned_data["link"])
        if link and not link.startswith(("https://", "http://")):
            raise forms.ValidationError("A link begins with https:// or http://.")
        return link

    def clean_orcid(self) -> str:
        """Raises ValidationError where the last digit does not check (ISO 7064, mod 11-2)."""
        orcid = str(self.cleaned_data["orcid"]).strip().rpartition("/")[2].upper()
        if orcid and not is_orcid(orcid):
            raise forms.ValidationError("This is no ORCID iD; one looks like 0000-0002-1825-0097.")
        return orcid


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=80, label="What it is for", help_text="By which you know it again."
    )
    scopes = forms.MultipleChoiceField(
        choices=[(scope.value, f"{scope}: {MEANINGS[scope]}") for scope in Scope],
        widget=forms.CheckboxSelectMultiple,
        label="What it may do",
        initial=[Scope.READ.value],
    )
    days = forms.TypedChoiceField(
        choices=[(30, "in 30 days"), (90, "in 90 days"), (365, "in a year"), (0, "never")],
        coerce=int,
        label="It ends",
        initial=90,
    )

    def __init__(self, reader: Reader, data: QueryDict | None = None) -> None:
        super().__init__(data, label_suffix="")
        if not reader.is_staff:
            field = self.fields["scopes"]
            field.choices = [it for it in field.choices if it[0] != Scope.ADMIN]  # type: ignore[attr-defined]  # a choice field


class FarewellForm(forms.Form):
    handle = forms.CharField(max_length=150, label="Your handle, to be sure")

    def __init__(self, reader: Reader, data: QueryDict | None = None) -> None:
        super().__init__(data, label_suffix="")
        self.reader = reader

    def clean_handle(self) -> str:
        if self.cleaned_data["handle"].strip() != self.reader.username:
            raise forms.ValidationError("This is not your handle; nothing was deleted.")
        return str(self.reader.username)


def one_line(text: str) -> str:
    """Without characters that turn a line around, hide in it or end it."""
    seen = "".join(" " if unicodedata.category(it)[0] == "C" else it for it in text)
    return " ".join(seen.split())


def is_orcid(text: str) -> bool:
    """16 digits, the last a check over the others (ISO 7064, mod 11-2)."""
    if not re.fullmatch(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", text):
        return False
    total = 0
    for digit in text.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return text[-1] == ("X" if check == 10 else str(check))
