"""Every register through the kit: pages, access, import and export."""
