-- Purpose:   A rep asks to be available, away or offline.
-- Guarantee: While reserved, on a call or in wrap-up it is kept for later; available during wrap-up ends it.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   rep
-- ARGV[2]:   status
-- ARGV[3]:   reason, or empty
-- Returns:   OK and JSON {matches, decisions} | NOT_READY
--@include matcher/status
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
matcher.set_status(f, ARGV[1], ARGV[2], ARGV[3])
return floor.reply(f)
