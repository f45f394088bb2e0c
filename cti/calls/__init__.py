"""A call's life: what it is, what happens to it next (pure), and the one conductor that makes it happen."""
