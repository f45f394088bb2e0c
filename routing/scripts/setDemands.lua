-- Purpose:   Makes a demand table the floor's: its version, and what its demands are.
-- Guarantee: In one step; a table that only adds never replaces a newer one.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   version
-- ARGV[2]:   JSON {demand id: JSON text}
-- ARGV[3]:   'only' when all other demands go, '' when they stay
-- Returns:   OK and JSON {result: true} | STALE_VERSION | NOT_READY
--@include floor
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
if ARGV[3] == '' and f.version > tonumber(ARGV[1]) then return floor.refuse('STALE_VERSION') end
if ARGV[3] == 'only' then redis.call('DEL', f.p .. 'demands') end
for id, text in pairs(cjson.decode(ARGV[2])) do redis.call('HSET', f.p .. 'demands', id, text) end
redis.call('HSET', KEYS[1], 'version', ARGV[1])
return floor.reply(f, true)
