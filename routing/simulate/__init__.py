"""What if: calls through a configuration on a virtual clock. Pure: no clock, file or network; randomness by seed."""
