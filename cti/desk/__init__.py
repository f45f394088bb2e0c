"""The reps' door: log-in, presence, the event stream, offers, wrap-up."""
