"""Django's PostgreSQL backend with a pool that looks at a connection instead of asking the server."""
