-- Purpose:   A call is gone from the floor.
-- Guarantee: A rep reserved for it is available again with idle time kept.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   call
-- Returns:   OK and JSON {matches, decisions, result: was known} | NOT_READY
--@include matcher/offers
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
return floor.reply(f, matcher.leave(f, ARGV[1]))
