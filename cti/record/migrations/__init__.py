"""Alembic's environment: ``versions/`` brings any database that was ever released to ``tables.metadata``.

A migration that has been released is never changed. ``cti.record.migrate`` runs them.
"""
