-- Purpose:   Reserves the best ready rep for a call, or puts the call in line.
-- Guarantee: Chosen and reserved, or in line, in one step; asked again it replaces the first ask; a reserved call keeps its rep.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   JSON of the ask: call, demand, queue, needs, priority, counted_from (ms), arrived (ms), prefer, prefer_until (ms), waived
-- ARGV[2]:   version of the demand table
-- Returns:   OK and JSON {matches, decisions, result: the match, new or standing, or none: in line} | NOT_READY | STALE_VERSION
--@include matcher/claims
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
if floor.stale(f, ARGV[2]) then return floor.refuse('STALE_VERSION') end
return floor.reply(f, matcher.claim(f, cjson.decode(ARGV[1])))
