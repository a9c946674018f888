"""Published programmes as their pages show them, kept per process for as long as their stamp holds.

On the day of the opening the same few hundred pages are asked for again and again; reading one takes five statements,
asking for its stamp takes one. What comes from here is shared by all threads: it is read, never changed. The dictionary
tables and modules are not in the stamp: they may be a minute old; a published programme's modules change only together with
the programme. Places are not kept: they come with the stamp, true at that moment.
"""

from __future__ import annotations

from opora.catalogue import queries, queries_cards
from opora.catalogue.kept_cards import KeptCards
from opora.catalogue.models import Group, Programme

Places = dict[int, tuple[int, int]]

KEPT = 1500
"""Programmes with their groups; about 30 MB."""

_kept: KeptCards[Programme] = KeptCards(queries.public_programmes, KEPT)


def public_programme(programme_id: int) -> tuple[Programme, Places]:
    """As `queries.public_programme`, with (free, waiting) of its groups by id as they are now.

    The groups know their organisation and municipality. Raises Programme.DoesNotExist.
    """
    states = queries_cards.states([programme_id])
    found = _kept.of(states).get(programme_id)
    if found is None:
        raise Programme.DoesNotExist
    state = states[programme_id]
    return found, dict(zip(state.groups, zip(state.free, state.waiting, strict=True), strict=True))


def public_group(group_id: int) -> Group | None:
    """As `queries.public_group`: a group that visitors may see, with its programme, or None."""
    programme_id = queries.programme_of(group_id)
    found = _kept.of(queries_cards.states([programme_id])).get(programme_id) if programme_id else None
    groups = found.groups.all() if found else ()
    return next((one for one in groups if one.pk == group_id), None) or queries.public_group(group_id)


def forget() -> None:
    """Read again (tests, whose rows change without a new version)."""
    _kept.forget()
