-- Purpose:   A call's standing reservation, for whoever takes it over.
-- Guarantee: Changes nothing.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   call
-- Returns:   OK and JSON {result: match with confirmed, or none} | NOT_READY
--@include matcher/offers
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
return floor.reply(f, matcher.pending(f, ARGV[1]))
