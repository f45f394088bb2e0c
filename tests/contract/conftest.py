"""Fixtures that run one suite on every implementation of a port."""

from tests.support.matcher_floors import floor

__all__ = ["floor"]
