-- Purpose:   What a rep meets, from the active configuration.
-- Guarantee: Counters follow; a ready rep is ranked anew and may take a waiting call.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   rep
-- ARGV[2]:   version of the demand table
-- ARGV[3]:   JSON {fits: {demand: fit}, ranked: {demand: [strategy, queue]}, tallies: [name], flexibility}
-- Returns:   OK and JSON {matches, decisions} | NOT_READY | STALE_VERSION
--@include matcher/profile
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
if floor.stale(f, ARGV[2]) then return floor.refuse('STALE_VERSION') end
matcher.set_profile(f, ARGV[1], cjson.decode(ARGV[3]))
return floor.reply(f)
