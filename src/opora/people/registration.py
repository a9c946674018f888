"""The registration form as a parent sees it (settings: ACCOUNT_FORMS); the fields of ours are in `signup`."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm


class RegistrationForm(SignupForm):
    """allauth's form with calm hints in place of lists and placeholders."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = "Не короче 10 знаков. Подойдёт фраза из нескольких слов"
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
