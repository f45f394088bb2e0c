"""Who may come in: people with roles, their passwords, sessions and API tokens. Knows nothing of HTTP."""
