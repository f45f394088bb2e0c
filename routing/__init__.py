"""Who gets a call: rules to plans (pure), plans to reps (one atomic script). Knows nothing of calls' lives or CRMs."""
