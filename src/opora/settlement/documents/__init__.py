"""Papers of settlement: request and invoice with the register of contracts, agreement, reconciliation act."""
