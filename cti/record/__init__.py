"""What lasts: tables, migrations, the copier from Redis to SQL, and what can be asked of them."""
