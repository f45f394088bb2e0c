"""Names of the keys of one floor. One place; scripts build the same names from the prefix they are handed.

Every name begins with the site's hash tag, so that one script sees them all and a cluster keeps them in one slot.

============================ ======= ==========================================================================
name                         type    holds
============================ ======= ==========================================================================
``floor``                    hash    epoch, version (of the demand table), offers (counter), settled (ms from which the
                                     counters of a floor that was lost are trusted), restored (the epoch whose
                                     calls are all back), renewing (ms of the last step: not everybody has their
                                     profile of the table yet); absent: NOT_READY; in tests alone ``clock_ms``: the
                                     floor's time, frozen
``rep:{rep}``                hash    status, since, connected, reason, next_status, next_reason, idle_since, offer,
                                     call, lost_since, ready_since, and under what the rep stands in ready sets: ready
                                     (idle_since), occupied (per mille)
``meets``                    hash    rep → JSON of what the rep meets: source (below), fits (demand → fit), ranked
                                     (demand → [strategy, queue] where that is not the best fit), tallies, flexibility,
                                     levels (skill → level)
``sources``                  hash    rep → digest of what that was made of: the same need not be made again
``asked:{rep}``              hash    queue → ms of the last offer of one of its calls
``duty:{rep}``               list    changes of an hour: ``{ms}:{b|i|o}``, busy, idle or off duty from then on
``sockets:{rep}``            zset    socket id, by the ms at which it counts as lost
``events:{rep}``             stream  the rep's desk events, field ``e`` (JSON); pub/sub ``wake:{rep}`` wakes readers
``reps``                     set     every rep with a ``rep:`` hash
``ready:{demand}``           zset    score 0, members of fixed width that end in the rep: for the best fit
                                     ``{999999-fit:06d}:{idle_since:013d}:{rep}``; others: ``matcher/ranks.lua``
``line:{demand}``            zset    score 0, member ``{9999-priority:04d}:{counted_from:013d}:{call}``
``stood:{demand}``           hash    ms: how long somebody stood in the line in all; since (ms): somebody stands there
                                     now, which is not in the former
``flow:{demand}``            list    the last 20 calls that left the line to a rep who was freed and took them, the
                                     latest first: ``{stood_ms}:{ms}:{priority}:{head_start_ms}``; lives 1 h
``own:{rep}``                zset    the same members: calls that wait for this rep alone
``waived:{rep}``             zset    the same members: calls open to all that waive queue and needs for this rep
``wait:{call}``              hash    demand, queue, served (queues), strategy, needs, prefers, member, arrived,
                                     prefer, prefer_until, waived, exclusive, marked, state
                                     (waiting|reserved|taken), rep, offer, made, confirmed
``marks:{call}``             hash    rep → ms of decline or miss; ``cool:{call}``: rep → ms from which they may be asked
                                     again
``marked:{demand}``          zset    the same members: waiting calls of this demand that carry marks
``waiting:{queue}``          zset    calls in line or offered, by arrival
``offer:{offer}``            hash    rep, call, decision, line (the demand in whose line the call stood until this
                                     rep was free, else ""); lives 1 h, 48 h once accepted
``counts``                   hash    ``duty:{demand|tally}``, ``away:{demand|tally}`` → how many reps
``demands``                  hash    demand id → JSON, of the active table
``emptied``                  set     demands that went with a table, and their ready sets with them; ``revived``: those
                                     that came back before a table was written whole. Both go when one is
``deadlines``                zset    what is due, by ms: ``match:{call}``, ``wake:{call}``, ``presence:{rep}``,
                                     ``call:{call}:{kind}``, ``full:{call}`` (the queue), ``unmet:{call}`` and
                                     ``empty:{demand}`` (nobody on duty could take it, or them)
``call:{call}``              hash    v (version), seq, doc (JSON): owned by ``cti/calls``
``calls``                    zset    open calls by arrival: owned by ``cti/calls``
``record``                   stream  transitions on their way to SQL: owned by ``cti/calls``
``heartbeats``               zset    waiting calls by the ms of the last fetch of their document: ``cti/calls``
``leg:{sid}``                string  the call that a rep's leg belongs to: ``cti/calls``
``callbacks:{number}``       hash    queue → the one call that is to be called back there for it: ``cti/calls``
``lease:{what}``, ``copier`` string  who does a job that one at a time does: ``cti/calls``, ``cti/record``
``config``                   hash    n, text: the active configuration, for workers that start while SQL is away:
                                     ``cti/calls``
``answer:{request}``         string  the answer given to a request of Twilio's, for its repeats: ``webhooks``
``session:{hash}``           string  who a session or token is; ``ended:{hash}``: it is over: ``cti/accounts``
``revoked``                  stream  sessions and tokens that ended: ``cti/accounts``
``attempts:{hash}``          string  failed log-ins of an account or address: ``cti/accounts``
``simulation:{id}``          hash    state, task (JSON, until its end), progress, result (JSON) …; lives a day from its
                                     last change: ``cti/simulations``
``simulations``              zset    ids of the newest, by the ms at which they were asked for; ``simulations:waiting``
                                     and ``simulations:running``: lists of ids
============================ ======= ==========================================================================
"""

from __future__ import annotations


def prefix(site: str) -> str:
    """The prefix of every key of one site, ending behind its hash tag: ``{main}:``."""
    return f"{{{site}}}:"
