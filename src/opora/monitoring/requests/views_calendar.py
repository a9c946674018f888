"""The production calendar: which years are known, and a published year read from a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from opora.core.access import Actor
from opora.core.office.pages import office_page
from opora.core.reasons import Forbidden
from opora.core.workdays_import import import_year
from opora.monitoring.requests import policy, queries_calendar

MOST_BYTES = 200_000


class YearForm(forms.Form):
    """A published year."""

    file = forms.FileField(
        label="Файл календаря",
        help_text="XML одного года в формате xmlcalendar. Дни года, загруженные раньше, заменятся.",
        widget=forms.FileInput({"accept": ".xml"}),
        error_messages={"required": "Выберите файл.", "empty": "Файл пуст."},
    )

    def clean_file(self) -> Any:
        """Refuse what no calendar is, before reading it."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("Файл слишком велик: календарь года занимает несколько килобайт.")
        return file


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def years(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Years around the present one with where their days come from; those who may, load another."""
    may_load = actor.has(*policy.CALENDAR_KEEPERS)
    if request.method == "POST" and not may_load:
        raise Forbidden("calendar")
    form = YearForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            year, count = import_year(form.cleaned_data["file"].read(), actor)
        except ValueError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, f"Календарь на {year} год загружен, дней вне общего правила: {count}.")
            return HttpResponseRedirect(reverse("requests:workdays"))
    context = {"years": queries_calendar.years(), "form": form, "may_load": may_load}
    return render(request, "monitoring/requests/workdays.html", context, status=422 if form.errors else 200)
