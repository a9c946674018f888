"""What a report needs besides figures: tables of records, frozen with the snapshot so that they print the same for ever."""

from opora.reporting.facts.collect import collect

__all__ = ["collect"]
