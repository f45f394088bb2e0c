"""What the path benchmark's stores are filled with: contacts, reps with tokens, one configuration."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, text

from cti.accounts.credentials import hash_of, new_token
from cti.record.configs import ConfigVersions
from cti.record.database import Database
from cti.record.migrate import upgrade
from cti.record.tables import tokens, users

FIRST_NUMBER = 48_500_000_000
"""Contact n has the number plus this plus n: Polish mobile numbers, all possible."""
NEVER_MS = 4_102_444_800_000
"""2100: when the tokens end."""

_CONTACTS = """
INSERT INTO contacts (id, name, tier, owner, stage, tags, fields, phones, name_key, line_key, search_text, created_ms,
                      changed_ms)
SELECT 'b' || n, 'Caller ' || n, CASE WHEN n % 10 = 0 THEN 'gold' END, 'rep' || (n % CAST(:reps AS integer)),
       'customer',
       CAST('[]' AS json), CAST('{}' AS json), json_build_array('+' || (CAST(:first AS bigint) + n)), 'caller ' || n,
       'b' || n, 'caller ' || n, 0, 0
FROM generate_series(0, CAST(:count AS integer) - 1) AS n
"""
_PHONES = """
INSERT INTO contact_phones (contact_id, position, e164, tail, extension, assumed)
SELECT 'b' || n, 0, '+' || (CAST(:first AS bigint) + n), CAST((CAST(:first AS bigint) + n) % 10000000 AS integer), NULL,
       false
FROM generate_series(0, CAST(:count AS integer) - 1) AS n
"""


def number_of(contact: int) -> str:
    """The number of contact n."""
    return f"+{FIRST_NUMBER + contact}"


def a_configuration(reps: int) -> str:
    """One queue, three rules, that many reps of five levels."""
    people = "\n".join(
        f"  - {{id: rep{n}, name: Rep {n}, skills: {{support: {1 + n % 5}, billing: {1 + n % 3}}}}}"
        for n in range(reps)
    )
    return f"""
skills: [support, billing]
reps:
{people}
queues:
  - {{id: support, offer_timeout: 10m, wrap_up: 1s}}
rules:
  - name: gold customers reach their own rep
    when: caller.tier == "gold"
    route:
      queue: support
      priority: 10
      prefer_rep: {{who: owner, must_qualify: false}}
      needs: {{support: 3}}
      prefers: {{billing: 2}}
  - name: prospects
    when: caller.stage in ["lead", "opportunity"]
    route: {{queue: support, needs: {{support: 2}}}}
  - name: everyone else
    route: {{queue: support, needs: {{support: 1}}}}
"""


async def fill(database_url: str, *, contacts: int, reps: int) -> tuple[str, ...]:
    """Migrates and fills an empty PostgreSQL database; the reps' API tokens, by number."""
    await upgrade(database_url)
    database = Database(database_url, statement_timeout_s=600)
    try:
        return await _fill(database, contacts, reps)
    finally:
        await database.close()


async def _fill(database: Database, contacts: int, reps: int) -> tuple[str, ...]:
    secrets = tuple(new_token() for _ in range(reps))

    def work(connection: Connection) -> None:
        numbers = {"count": contacts, "first": FIRST_NUMBER, "reps": reps}
        connection.execute(text(_CONTACTS), numbers)
        connection.execute(text(_PHONES), {"count": contacts, "first": FIRST_NUMBER})
        _people(connection, secrets)

    def analyze(connection: Connection) -> None:
        connection.execute(text("ANALYZE contacts, contact_phones"))

    await database.run(work)
    await database.run(analyze)
    versions = ConfigVersions(database)
    n = await versions.add(a_configuration(reps), author="bench", comment="", at_ms=0)
    await versions.activate(n, by="bench", at_ms=0)
    return secrets


def _people(connection: Connection, secrets: Sequence[str]) -> None:
    named = range(len(secrets))
    blank = {"role": "rep", "password_hash": "!", "created_ms": 0, "disabled": False}
    rows = [{"id": f"u{n}", "email": f"rep{n}@example.com", "name": f"Rep {n}", "rep_id": f"rep{n}"} for n in named]
    connection.execute(insert(users), [row | blank for row in rows])
    ends = {"label": "bench", "created_ms": 0, "expires_ms": NEVER_MS}
    connection.execute(insert(tokens), [{"hash": hash_of(secrets[n]), "user_id": f"u{n}"} | ends for n in named])
