-- Purpose:   A rep's tab answered.
-- Guarantee: The rep is connected for 10 s from now at least; one who was not, and is available, may take a waiting call.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   rep
-- ARGV[2]:   socket
-- Returns:   OK and JSON {matches, decisions} | NOT_READY
--@include matcher/sockets
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
-- 1,000 desks come by here every 5 s: the rest of the matcher is set up for the few that connect.
if sockets.touch(f, ARGV[1], ARGV[2]) then return floor.reply(f) end
--@include matcher/presence
matcher.connect(f, ARGV[1])
return floor.reply(f)
