"""A programme for machines: schema.org Course with an instance per group."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from opora.catalogue.models import Programme
from opora.navigator.cards import address
from opora.navigator.programme import GroupView

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MODES = {"distance": "online", "correspondence": "online", "part_time": "blended", "full_time": "onsite"}
_UNSAFE = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def course(programme: Programme, views: Sequence[GroupView], url: str, provider_url: str) -> SafeString:
    """The JSON-LD document, safe inside a script element: a data block that the browser never runs."""
    low = [view.group.age_from for view in views]
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": programme.name,
        "description": programme.annotation or programme.name,
        "url": url,
        "inLanguage": "ru",
        "educationalLevel": programme.get_level_display(),
        "provider": {
            "@type": "EducationalOrganization",
            "name": programme.organisation.full_name,
            "url": provider_url,
        },
        "hasCourseInstance": [_instance(programme, view) for view in views],
    }
    if low:
        data["typicalAgeRange"] = f"{min(low)}-{max(view.group.age_to for view in views)}"
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_UNSAFE))


def _instance(programme: Programme, view: GroupView) -> dict[str, Any]:
    group = view.group
    found: dict[str, Any] = {
        "@type": "CourseInstance",
        "name": group.name,
        "courseMode": MODES.get(programme.study_form, "onsite"),
        "startDate": group.starts_on.isoformat(),
        "endDate": group.ends_on.isoformat(),
        "courseSchedule": [
            {
                "@type": "Schedule",
                "repeatFrequency": "P1W",
                "byDay": f"https://schema.org/{DAYS[slot.weekday - 1]}",
                "startTime": slot.starts_at.strftime("%H:%M"),
                "endTime": slot.ends_at.strftime("%H:%M"),
                "scheduleTimezone": programme.municipality.time_zone,
            }
            for slot in group.slots.all()
        ],
        "maximumAttendeeCapacity": group.capacity,
        "remainingAttendeeCapacity": view.free,
        "offers": {
            "@type": "Offer",
            "price": f"{view.cost.price:.2f}",
            "priceCurrency": "RUB",
            "availability": f"https://schema.org/{'InStock' if view.takes and view.free else 'SoldOut'}",
            "category": "Free" if view.cost.price == 0 else "Paid",
        },
    }
    if group.venue:
        found["location"] = {
            "@type": "Place",
            "name": group.venue.name,
            "address": address(group.venue.address),
        }
    if group.teacher:
        found["instructor"] = {"@type": "Person", "name": group.teacher.full_name}
    return found
