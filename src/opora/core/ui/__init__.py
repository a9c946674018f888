"""How pages look: form renderer, component tags, the visitor's view settings, the gallery."""
