-- Purpose:   Ends a reservation, or an accepted one that never connected.
-- Guarantee: Only the live token changes anything; the call looks for another rep, then the rep for another call.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   token
-- ARGV[2]:   outcome: declined, expired, vanished, softphone, lost_leg, withdrawn or caller_left
-- Returns:   OK and JSON {matches, decisions, result: took effect} | NOT_READY
--@include matcher/offers
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
return floor.reply(f, matcher.settle(f, ARGV[1], ARGV[2]))
