"""Planning: concepts with target results, activity plans that count themselves, the founding of a centre (I1, A2)."""
