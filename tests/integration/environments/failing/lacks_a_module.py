"""Imports what is not installed."""

import shop_that_is_not_installed  # noqa: F401
