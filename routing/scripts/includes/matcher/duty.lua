--@include floor
-- How busy a rep was lately, from the changes of their status. The list of a rep holds {ms}:{group}, oldest first: b (on
-- call or wrap-up), i (on duty otherwise), o (off duty), as far back as an hour before the last change.
local duty = {}
local LOOK_BACK_MS = 3600000
local DUTY_GROUP = {on_call = 'b', wrap_up = 'b', available = 'i', reserved = 'i'}

-- The rep's status changes now.
function duty.note(f, id, before, status)
  local group = DUTY_GROUP[status] or 'o'
  if group == (DUTY_GROUP[before] or 'o') then return end
  local key = f.p .. 'duty:' .. id
  redis.call('RPUSH', key, f.now .. ':' .. group)
  local second = redis.call('LINDEX', key, 1)
  while second and tonumber(string.match(second, '^%d+')) <= f.now - LOOK_BACK_MS do
    redis.call('LPOP', key)
    second = redis.call('LINDEX', key, 1)
  end
end

-- (talk + wrap-up) / time on duty in the hour before `at`, in whole per mille; 0 for somebody who was not on duty.
function duty.occupied(f, id, at)
  local busy, on_duty = 0, 0
  local since, group = 0, 'o'
  local function add(to)
    local ms = math.max(0, math.min(to, at) - math.max(since, at - LOOK_BACK_MS))
    if group ~= 'o' then on_duty = on_duty + ms end
    if group == 'b' then busy = busy + ms end
  end
  for _, entry in ipairs(redis.call('LRANGE', f.p .. 'duty:' .. id, 0, -1)) do
    local ms, next_group = string.match(entry, '^(%d+):(%a)$')
    add(tonumber(ms))
    since, group = tonumber(ms), next_group
  end
  add(at)
  return on_duty > 0 and math.floor(busy * 1000 / on_duty) or 0
end
