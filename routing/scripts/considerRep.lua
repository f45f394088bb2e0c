-- Purpose:   Who would get a call now, and why; and how it stands with one rep.
-- Guarantee: Changes nothing: the same choice that a claim makes, on the same floor.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   JSON of the ask, as of claimRep; a call that the floor knows keeps its marks
-- ARGV[2]:   rep to say more about, or empty
-- Returns:   OK and JSON {result: {decision, rep: {status, reason, connected, fit, barred, held, rank} or none: never seen}} | NOT_READY
--@include matcher/claims
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
return floor.reply(f, matcher.consider(f, cjson.decode(ARGV[1]), ARGV[2]))
