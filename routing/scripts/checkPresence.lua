-- Purpose:   A presence deadline is due.
-- Guarantee: Lost sockets, the 30 s to offline, the 5 s of an offer; matches are due for take-over at once.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   rep
-- Returns:   OK and JSON {matches, decisions, result: the rep's fields when the offer must move on} | NOT_READY
--@include matcher/presence
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
f.take_over_ms = 0
local moves_on = matcher.check_presence(f, ARGV[1])
return floor.reply(f, moves_on and floor.map(redis.call('HGETALL', f.p .. 'rep:' .. ARGV[1])) or nil)
