-- Purpose:   After-call work is over.
-- Guarantee: Only while the rep is in wrap-up for that call.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   rep
-- ARGV[2]:   call
-- Returns:   OK and JSON {matches, decisions, result: took effect} | NOT_READY
--@include matcher/offers
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
return floor.reply(f, matcher.free(f, ARGV[1], ARGV[2]))
