"""Simulations asked for by API: waiting in Redis, run one at a time in a child process of a worker."""
