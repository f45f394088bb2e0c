-- Purpose:   The conversation is over.
-- Guarantee: Only a live token of a rep on a call; the call is gone from the floor.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   token
-- ARGV[2]:   1: the rep has after-call work; 0: free at once, idle from now
-- Returns:   OK and JSON {matches, decisions, result: took effect} | NOT_READY
--@include matcher/offers
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
return floor.reply(f, matcher.finish(f, ARGV[1], ARGV[2] == '1'))
