"""Splitting whole numbers so that the parts add up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random


def shares(total: int, weights: Sequence[float]) -> list[int]:
    """``total`` split by weights with largest remainders; the parts add up to ``total``."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts


def group_sizes(rng: Random, total: int, usual: int) -> list[int]:
    """``total`` learners in groups near the usual size, none above 1.35 of it when that can be helped."""
    count = max(1, round(total / (usual * rng.uniform(0.86, 1.02))))
    while total / count > usual * 1.35:
        count += 1
    return shares(total, [rng.uniform(0.85, 1.15) for _ in range(count)])
