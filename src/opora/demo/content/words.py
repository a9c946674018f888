"""Proper words that clubs of the region put into their names."""

from pathlib import Path

PROPER_WORDS = tuple((Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split())
