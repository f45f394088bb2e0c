"""Fixtures that run one suite on every implementation of a port."""

from tests.support.chromium import browser
from tests.support.desk_stub import stub
from tests.support.matcher_floors import floor

__all__ = ["browser", "floor", "stub"]
