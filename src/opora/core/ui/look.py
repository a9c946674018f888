"""The visitor's view settings: theme and low-vision mode, kept in one cookie. Pure: no request, no settings.

The cookie `opora_view` holds `key:value` pairs joined by dots, for example `scheme:white-on-black.size:150`.
Anything unknown in it is dropped, so that an old or forged cookie can only give an ordinary page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

COOKIE = "opora_view"
COOKIE_AGE = 365 * 24 * 3600

THEMES = {"": "Как на устройстве", "light": "Светлая", "dark": "Тёмная"}
SCHEMES = {
    "": "Обычные цвета",
    "black-on-white": "Чёрным по белому",
    "white-on-black": "Белым по чёрному",
    "blue-on-light": "Тёмно-синим по голубому",
}
SIZES = {"": "Обычный", "150": "Крупнее в полтора раза", "200": "Крупнее вдвое"}
SPACINGS = {"": "Обычный", "wide": "Увеличенный", "wider": "Большой"}
IMAGES = {"": "Показывать", "off": "Не показывать"}

CHOICES: dict[str, dict[str, str]] = {
    "theme": THEMES,
    "scheme": SCHEMES,
    "size": SIZES,
    "spacing": SPACINGS,
    "images": IMAGES,
}


@dataclass(frozen=True, slots=True)
class Look:
    """One visitor's choice; every field is a key of its `CHOICES`, empty means "as usual"."""

    theme: str = ""
    scheme: str = ""
    size: str = ""
    spacing: str = ""
    images: str = ""

    @property
    def low_vision(self) -> bool:
        """Is anything of the low-vision mode on (theme alone is not)?"""
        return bool(self.scheme or self.size or self.spacing or self.images)

    @property
    def attributes(self) -> dict[str, str]:
        """Attributes of <html>; a low-vision scheme replaces the theme."""
        chosen = {name: getattr(self, name) for name in CHOICES if getattr(self, name)}
        if self.scheme:
            chosen.pop("theme", None)
        return {f"data-{name}": value for name, value in chosen.items()}

    def cookie(self) -> str:
        """The cookie's value; empty when everything is as usual."""
        return ".".join(f"{f.name}:{getattr(self, f.name)}" for f in fields(self) if getattr(self, f.name))


LOW_VISION_START = Look(scheme="black-on-white", size="150", spacing="wide")


def from_values(values: Mapping[str, str]) -> Look:
    """A look from a form or query: unknown names and values are dropped."""
    return Look(
        **{name: values[name] for name, known in CHOICES.items() if values.get(name, "") in known and name in values}
    )


def from_cookie(cookie: str) -> Look:
    """A look from the cookie's value."""
    pairs = (part.partition(":") for part in cookie.split("."))
    return from_values({name: value for name, _, value in pairs})
