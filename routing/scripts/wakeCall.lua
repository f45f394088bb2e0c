-- Purpose:   A wake deadline is due: the wait for a preferred rep, or a mark, may be over.
-- Guarantee: A waiting call is looked at again and keeps its place; any other is left alone.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   call
-- Returns:   OK and JSON {matches, decisions, result: was waiting} | NOT_READY
--@include matcher/offers
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
return floor.reply(f, matcher.wake(f, ARGV[1]))
