"""Programmes, modules, groups, timetable, moderation, search index (C1, C5)."""
