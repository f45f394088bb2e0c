"""The rep desktop, the admin console and the log-in page: plain ES modules, served by the service itself."""
