"""Words of the catalogue that higher rooms share: the six focus areas."""

from __future__ import annotations

from django.db import models


class FocusArea(models.TextChoices):
    """The six focus areas (направленности)."""

    ARTISTIC = "artistic", "Художественная"
    TECHNICAL = "technical", "Техническая"
    TOURISM = "tourism", "Туристско-краеведческая"
    NATURAL_SCIENCE = "natural_science", "Естественнонаучная"
    SOCIAL_HUMANITARIAN = "social_humanitarian", "Социально-гуманитарная"
    SPORT = "sport", "Физкультурно-спортивная"
