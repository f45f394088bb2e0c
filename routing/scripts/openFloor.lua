-- Purpose:   Sets the marker of a floor that was rebuilt.
-- Guarantee: In the same step reps with live legs are on their calls, so that no desk can make them available first; a
--            floor that is open already is left as it is. After a loss (any epoch but the first) nobody is thought to be
--            missing until the desks have had 30 s to come back.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   epoch
-- ARGV[2]:   version of the demand table
-- ARGV[3]:   JSON [[rep, call, token], …] of the live legs
-- Returns:   OK and JSON {result: this step opened it}
--@include matcher/status
local opens = redis.call('HSETNX', KEYS[1], 'epoch', ARGV[1]) == 1
if opens then redis.call('HSET', KEYS[1], 'version', ARGV[2]) end
local f = floor.open(KEYS[1])
if opens and tonumber(ARGV[1]) > 1 then redis.call('HSET', KEYS[1], 'settled', f.now + 30000) end
for _, leg in ipairs(opens and cjson.decode(ARGV[3]) or {}) do matcher.put_on_call(f, leg[1], leg[2], leg[3]) end
return floor.reply(f, opens)
