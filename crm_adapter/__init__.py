"""Who is calling: one port for every CRM, and the built-in directory. Knows nothing of calls or routing."""
