"""Clock, access, transactions, numbering, history, outbox, jobs, files, registers kit, embedded database."""
