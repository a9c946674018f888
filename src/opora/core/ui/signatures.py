"""The form by which a detached signature is brought, for every page that shows a document."""

from __future__ import annotations

from django import forms

ACCEPT = ".sig,.p7s,.sgn"


class SignatureForm(forms.Form):
    """Who signed, and the file that the signing program made."""

    signer = forms.CharField(
        label="Кто подписал",
        max_length=200,
        help_text="Фамилия, имя, отчество владельца подписи",
        error_messages={"required": "Напишите, кто подписал."},
    )
    file = forms.FileField(
        label="Файл подписи",
        help_text="Отсоединённая подпись: .sig или .p7s, до 1 МБ",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": "Выберите файл подписи."},
    )
