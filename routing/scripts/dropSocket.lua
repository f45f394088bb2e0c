-- Purpose:   A rep's tab closed its socket.
-- Guarantee: Without another live one the rep leaves the ready sets in the same step; matches are due for take-over at once.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   rep
-- ARGV[2]:   socket
-- Returns:   OK and JSON {matches, decisions} | NOT_READY
--@include matcher/presence
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
f.take_over_ms = 0
matcher.drop(f, ARGV[1], ARGV[2])
return floor.reply(f)
