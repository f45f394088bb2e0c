-- Purpose:   Makes a demand table the floor's: its version, and what its demands are.
-- Guarantee: In one step; a table that only adds never replaces a newer one. Nobody is chosen any more for a demand that goes. Until
--            endRenewal nobody is thought to be missing.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   version
-- ARGV[2]:   JSON {demand id: JSON text}
-- ARGV[3]:   'only' when all other demands go, '' when they stay
-- Returns:   OK and JSON {result: true} | STALE_VERSION | NOT_READY
--@include floor
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
if ARGV[3] == '' and f.version > tonumber(ARGV[1]) then return floor.refuse('STALE_VERSION') end
local demands, gone, rows = cjson.decode(ARGV[2]), {}, {}
local returns = redis.call('EXISTS', f.p .. 'emptied') == 1
for id, text in pairs(demands) do
  rows[#rows + 1] = id
  rows[#rows + 1] = text
  if returns then redis.call('SMOVE', f.p .. 'emptied', f.p .. 'revived', id) end
end
floor.call_many('HSET', f.p .. 'demands', rows)
for _, id in ipairs(ARGV[3] == 'only' and redis.call('HKEYS', f.p .. 'demands') or {}) do
  if not demands[id] then gone[#gone + 1] = id end
end
for _, id in ipairs(gone) do
  redis.call('HDEL', f.p .. 'demands', id)
  redis.call('UNLINK', f.p .. 'ready:' .. id)
  redis.call('SADD', f.p .. 'emptied', id)
end
redis.call('HSET', KEYS[1], 'version', ARGV[1])
floor.note_renewing(f)
return floor.reply(f, true)
