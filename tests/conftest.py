"""What all tests share: pytest's own plugin for testing plugins, which the tests of the testkit use."""

pytest_plugins = ["pytester"]
