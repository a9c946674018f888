"""Money between payer, provider and guardian: advances, invoices, payments, bank files, charges (D5 D7 D8 A7)."""
