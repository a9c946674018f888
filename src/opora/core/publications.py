"""Where a document was published elsewhere: one way for acts, plans and whatever else is made public (A6).

A room derives its table from :class:`Publication` with a reference to its document, its form from
:class:`PublicationForm`, and declares the register by :func:`publications_of`. What must be published and is not, the
room says in a query of its own; it becomes a filter of its register and a line of "What waits for me".
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.db import models

from opora.core.registers import Column, Filter, Register
from opora.core.registers.forms import RegisterForm

FIELDS = ("site", "url", "date")


class Publication(models.Model):
    """Site or newspaper, address, date."""

    site = models.CharField("где опубликован", max_length=200)
    url = models.URLField("адрес страницы", max_length=500, blank=True)
    date = models.DateField("дата публикации")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.site}, {self.date:%d.%m.%Y}"


class PublicationForm(RegisterForm):
    """A publication is not before its document. A room names the reference (`of`) and the document's day."""

    of: ClassVar[str] = ""
    too_early: ClassVar[str] = "Публикация раньше даты самого документа."
    url = forms.URLField(label="Адрес страницы", required=False, max_length=500, assume_scheme="https")

    def day_of(self, document: Any) -> dt.date | None:
        """The first day on which the document may be published."""
        found: dt.date | None = document.date
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        document, date = data.get(self.of), data.get("date")
        day = self.day_of(document) if document is not None else None
        if day is not None and date is not None and date < day:
            self.add_error("date", self.too_early)
        return data


def publications_of(document: Column, form: type[PublicationForm], **more: Any) -> Register:
    """A register of publications; `document` is the column that leads to what was published."""
    return Register(
        columns=("site", document, *more.pop("between", ()), "url", "date"),
        filters=(form.of, Filter("date", "Дата публикации")),
        sort="-date",
        form=form,
        **more,
    )
