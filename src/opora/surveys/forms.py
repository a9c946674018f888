"""Forms of the builder."""

from __future__ import annotations

from typing import Any

from django import forms


class TemplateForm(forms.Form):
    """A new form, empty or like another one."""

    title = forms.CharField(label="Название формы", max_length=300)
    about = forms.CharField(
        label="Для чего она", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    sample = forms.ChoiceField(label="Взять за образец", required=False)

    def __init__(self, samples: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if samples:
            self.fields["sample"].choices = [("", "Начать с чистого листа"), *samples]  # type: ignore[attr-defined]
        else:
            del self.fields["sample"]


class CheckForm(forms.Form):
    """A control rule."""

    text = forms.CharField(
        label="Правило",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Например: Гр. 3 >= Гр. 4 по строкам 01 - 08",
    )
    soft = forms.BooleanField(
        label="Можно не выполнить, если есть пояснение",
        required=False,
        help_text="Тот, кто отвечает, напишет, почему так, и сможет отправить ответ.",
    )
    note = forms.CharField(label="Заметка для себя", required=False, max_length=300)
