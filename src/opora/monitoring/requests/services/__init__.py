"""Writing requests and answers."""
