"""What office pages share lives in the core; the rooms of programmes and enrolment take it from here."""

from opora.core.office.pages import View, back, office_page, put_reasons, say_refused

__all__ = ["View", "back", "office_page", "put_reasons", "say_refused"]
