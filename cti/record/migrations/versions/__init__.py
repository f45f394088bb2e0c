"""One file per step, in order. The first line of each says what it brings."""
