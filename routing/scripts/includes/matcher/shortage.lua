--@include matcher/lines
-- Calls that nobody on duty could ever take: their plan's next step is due at once.
local shortage = {}
local OWN = 256 -- calls looked at for which one rep was the last who could take them

-- When that is to be told: a floor that was lost counts its reps again as their desks come back.
local function due(f)
  return math.max(f.now, f.settled)
end

local function counted(f, name)
  return tonumber(redis.call('HGET', f.p .. 'counts', name) or '0')
end

-- The preferred rep may take the call without meeting its demand.
local function has_waived_owner(f, w)
  local owner = w.waived and reps.of(f, w.prefer)
  return owner and ON_DUTY[owner.status] == true
end

-- Nobody on duty meets what a call asks that stands in its demand's line. Unknown while a demand table is being written:
-- then nobody is told, and all of them are looked at when it is.
function shortage.of(f, w)
  return w.state == 'waiting' and not f.renewing and not w.exclusive and counted(f, 'duty:' .. w.demand) == 0 and not has_waived_owner(f, w)
end

-- Nobody who serves the call's queues is on duty, or at least away for a while.
function shortage.is_gone(f, w)
  return counted(f, 'duty:' .. w.served) == 0 and counted(f, 'away:' .. w.served) == 0
end

function shortage.look(f, w)
  if shortage.of(f, w) then redis.call('ZADD', f.p .. 'deadlines', due(f), 'unmet:' .. w.call) end
end

-- A rep who met these demands has left duty, or meets them no more: whoever waits for the last one is to be told.
function shortage.after(f, demands)
  if f.renewing then return end
  for _, demand in ipairs(demands) do
    if counted(f, 'duty:' .. demand) == 0 and redis.call('EXISTS', f.p .. 'line:' .. demand) == 1 then
      redis.call('ZADD', f.p .. 'deadlines', due(f), 'empty:' .. demand)
    end
  end
end

-- A rep has left duty for whom queue and needs were waived: whoever only they could take is to be told.
function shortage.after_owner(f, r)
  local key = f.p .. 'waived:' .. r.id
  for _, member in ipairs(redis.call('ZRANGE', key, 0, OWN - 1)) do
    local w = lines.standing(f, key, member)
    if w then shortage.look(f, w) end
  end
end
