-- Purpose:   A rep's tab answered.
-- Guarantee: The rep is connected for 10 s from now at least; one who was not, and is available, may take a waiting call.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   rep
-- ARGV[2]:   socket
-- Returns:   OK and JSON {matches, decisions} | NOT_READY
--@include matcher/presence
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
matcher.touch(f, ARGV[1], ARGV[2])
return floor.reply(f)
