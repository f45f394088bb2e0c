"""A contacts file by API: imported, or compared, in a process beside the worker."""
