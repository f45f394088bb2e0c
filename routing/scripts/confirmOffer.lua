-- Purpose:   The offer is saved with its call.
-- Guarantee: Only a live reservation; nobody takes the match over any more.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   token
-- Returns:   OK and JSON {result: took effect} | NOT_READY
--@include matcher/offers
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
return floor.reply(f, matcher.confirm(f, ARGV[1]))
