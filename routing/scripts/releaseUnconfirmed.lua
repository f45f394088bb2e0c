-- Purpose:   Gives back a match that nobody took up for 2 s.
-- Guarantee: A confirmed or younger one stays; both sides are matched again.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   call
-- Returns:   OK and JSON {matches, decisions, result: took effect} | NOT_READY
--@include matcher/offers
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
return floor.reply(f, matcher.release_unconfirmed(f, ARGV[1]))
