-- Purpose:   The rep takes the call.
-- Guarantee: Only a live token; the same again is true and changes nothing.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   token
-- Returns:   OK and JSON {result: took effect or had} | NOT_READY
--@include matcher/offers
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
return floor.reply(f, matcher.accept(f, ARGV[1]))
