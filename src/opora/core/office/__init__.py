"""The office shell: menu, "what waits for me", figures; rooms register what they have (see docs/registers.md)."""
