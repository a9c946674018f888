"""Pure rules of settlement: states of documents, requisites, purposes, the bank file, cash need."""
