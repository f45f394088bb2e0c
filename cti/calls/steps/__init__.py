"""What each event does to a call in each state, one file a phase of its life. Pure functions of (call, event, at)."""
