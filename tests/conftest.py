"""Every test stands on the marketplace's own pytest plugin, loaded by its entry point; the stand-ins' fixtures join here."""

pytest_plugins = ["tests.standins.fixtures"]
