--[[
Purpose    The wait document's look at a call: what it is, whether it stands in a line, and at which place.
Guarantee  Changes nothing but the call's heartbeat, which only a call that has not ended has. A call that is not known
           while the floor's calls are still being brought back is not called unknown.
KEYS[1]    hash    call:{call}
KEYS[2]    hash    floor
           Reads ``wait:{call}``, ``line:{demand}``, ``stood:{demand}``, ``flow:{demand}`` and ``counts``, writes ``heartbeats`` (zset: call by ms of the last fetch).
ARGV[1]    call id
Returns    {'TURN', version or '', call as JSON or '', 1 when the matcher holds the call and, if it waits, in a line, place or 0, line length or 0,
            how the line moves as JSON, '' for a call that stands in none} |
           {'NOT_READY'}
]]
--@include matcher/flow

local f = floor.open(KEYS[2])
if not f then return floor.refuse('NOT_READY') end
local id = ARGV[1]
local held = redis.call('HMGET', KEYS[1], 'v', 'doc')
if not held[2] then
  if redis.call('HGET', KEYS[2], 'restored') ~= f.epoch then return floor.refuse('NOT_READY') end
  return { 'TURN', '', '', 0, 0, 0, '' }
end
if redis.call('ZSCORE', f.p .. 'calls', id) then
  redis.call('ZADD', f.p .. 'heartbeats', f.now, id)
end
local wait = redis.call('HMGET', f.p .. 'wait:' .. id, 'demand', 'member', 'state', 'prefer', 'arrived')
if not wait[1] then
  return { 'TURN', held[1], held[2], 0, 0, 0, '' }
end
local line = f.p .. 'line:' .. wait[1]
local rank = redis.call('ZRANK', line, wait[2])
local stands = rank or wait[3] ~= 'waiting' or redis.call('ZSCORE', f.p .. 'own:' .. wait[4], wait[2])
local view = rank and cjson.encode(flow.view(f, wait[1], wait[2], tonumber(wait[5]), rank + 1)) or ''
return { 'TURN', held[1], held[2], stands and 1 or 0, rank and rank + 1 or 0, redis.call('ZCARD', line), view }
