--@include floor
-- How a demand's line moves: a clock that runs only while somebody stands in it, and its last departures to reps who took
-- the call. At most ten commands for a call that stands in a line, however many reps and calls there are.
local flow = {}
local KEPT = 20
local KEPT_S = 3600
local CLOCK_KEPT_S = 172800 -- longer than any call stands in a line, so that no clock is lost while it runs

local function clock(f, demand)
  local stood = redis.call('HMGET', f.p .. 'stood:' .. demand, 'ms', 'since')
  return tonumber(stood[1] or '0') + (stood[2] and f.now - tonumber(stood[2]) or 0)
end

-- A call has entered the line.
function flow.entered(f, demand)
  local key = f.p .. 'stood:' .. demand
  if redis.call('ZCARD', f.p .. 'line:' .. demand) == 1 then redis.call('HSET', key, 'since', f.now) end
  redis.call('EXPIRE', key, CLOCK_KEPT_S)
end

-- A call has left the line, to wherever.
function flow.left(f, demand)
  if redis.call('EXISTS', f.p .. 'line:' .. demand) == 1 then return end
  local key, ms = f.p .. 'stood:' .. demand, clock(f, demand)
  redis.call('HSET', key, 'ms', ms)
  redis.call('HDEL', key, 'since')
  redis.call('EXPIRE', key, CLOCK_KEPT_S)
end

-- Priority and head start, in ms, of a line's member.
local function standing(member, arrived)
  return 9999 - tonumber(string.sub(member, 1, 4)), arrived - tonumber(string.sub(member, 6, 18))
end

-- The call was taken by a rep who had become free, and so left that line.
function flow.note(f, demand, member, arrived)
  local key = f.p .. 'flow:' .. demand
  redis.call('LPUSH', key, string.format('%d:%d:%d:%d', clock(f, demand), f.now, standing(member, arrived)))
  redis.call('LTRIM', key, 0, KEPT - 1)
  redis.call('EXPIRE', key, KEPT_S)
end

-- What is known of the line for a call at that place in it.
function flow.view(f, demand, member, arrived, place)
  local priority, head_start = standing(member, arrived)
  return {
    now = f.now, stood = clock(f, demand), place = place, priority = priority, head_start = head_start,
    on_duty = tonumber(redis.call('HGET', f.p .. 'counts', 'duty:' .. demand) or '0'),
    taken = redis.call('LRANGE', f.p .. 'flow:' .. demand, 0, KEPT - 1),
  }
end
