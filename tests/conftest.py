"""Every test stands on the marketplace's own pytest plugin, loaded by its entry point."""
