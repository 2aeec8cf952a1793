"""What every test may ask for; the fixtures stand in the modules named here."""

pytest_plugins = ["tests.profiles", "tests.engines", "tests.browser", "tests.app"]
