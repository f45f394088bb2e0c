"""``cti demo``: the whole product on one machine with no account anywhere, and the sample data it shows."""
