-- Purpose:   Everybody has their profile of the floor's demand table.
-- Guarantee: From now on whoever waits for what nobody on duty meets is told.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   version of the demand table
-- Returns:   OK and JSON {result: true} | NOT_READY | STALE_VERSION
--@include matcher/shortage
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
if floor.stale(f, ARGV[1]) then return floor.refuse('STALE_VERSION') end
redis.call('HDEL', KEYS[1], 'renewing')
redis.call('DEL', f.p .. 'emptied', f.p .. 'revived')
if f.renewing then
  f.renewing = false
  shortage.after(f, redis.call('HKEYS', f.p .. 'demands'))
end
return floor.reply(f, true)
