"""Pure rules of plans: terms in Russian, quantities, numbers of a table, states."""
