"""Money inside the rules is an int of kopecks; outside it is Decimal roubles with two digits."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction

Kopecks = int
LIMIT: Kopecks = 10**12  # numeric(12,2): ten digits of roubles


def to_kopecks(roubles: Decimal | int | str) -> Kopecks:
    """Exact conversion; raises ValueError in Russian for more than two digits, text, or too large a sum."""
    if isinstance(roubles, float):
        raise TypeError("Money is never float.")
    try:
        value = Decimal(roubles)
    except InvalidOperation as error:
        raise ValueError(f"Сумма: «{roubles}» не похоже на число.") from error
    if not value.is_finite():
        raise ValueError(f"Сумма: «{roubles}» не похоже на число.")
    kopecks = value * 100
    if kopecks != kopecks.to_integral_value():
        raise ValueError(f"Сумма: больше двух знаков после запятой, {roubles}.")
    if abs(kopecks) >= LIMIT:
        raise ValueError(f"Сумма: слишком большое число, {roubles}.")
    return int(kopecks)


def to_roubles(kopecks: Kopecks) -> Decimal:
    """125098 → Decimal("1250.98")."""
    return Decimal(kopecks).scaleb(-2).quantize(Decimal("0.01"))


def round_half_up(value: Fraction) -> Kopecks:
    """⟦x⟧₂: to the nearest kopeck, a half goes up (away from zero for the sums used here, which are ≥ 0)."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def share(amount: Kopecks, percent: Fraction | Decimal | int) -> Kopecks:
    """⟦amount × percent %⟧₂."""
    return round_half_up(amount * Fraction(percent) / 100)
