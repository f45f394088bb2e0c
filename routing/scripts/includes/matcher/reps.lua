--@include floor
--@include events
-- One rep: state, readiness, counters. `reps.become` is the only place where a status changes.
local reps = {}
local ON_DUTY = {available = true, reserved = true, on_call = true, wrap_up = true}
local BUSY = {reserved = true, on_call = true, wrap_up = true}
local ABSENT = {away = true, not_responding = true}

-- The rep as this step sees them (one table per step, however often asked); nil for a rep never seen.
function reps.of(f, id)
  if f.reps[id] then return f.reps[id] end
  local r = floor.map(redis.call('HGETALL', f.p .. 'rep:' .. id))
  if not r then return nil end
  r.id, r.connected = id, r.connected == '1'
  for _, field in ipairs({'since', 'idle_since', 'ready', 'lost_since'}) do r[field] = tonumber(r[field]) end
  f.reps[id] = r
  return r
end

-- The rep, entered as offline and without a socket when never seen.
function reps.seen(f, id)
  local known = reps.of(f, id)
  if known then return known end
  redis.call('SADD', f.p .. 'reps', id)
  local r = {id = id, status = 'offline', since = f.now, connected = false, reason = '', next_status = '',
    next_reason = '', offer = '', call = ''}
  f.reps[id] = r
  reps.store(f, r)
  return r
end

function reps.store(f, r)
  redis.call('HSET', f.p .. 'rep:' .. r.id, 'status', r.status, 'since', r.since, 'connected', r.connected and '1' or '0',
    'reason', r.reason, 'next_status', r.next_status, 'next_reason', r.next_reason, 'idle_since', r.idle_since or '',
    'offer', r.offer, 'call', r.call, 'ready', r.ready or '', 'lost_since', r.lost_since or '')
end

-- {list = {demand…}, fits = {demand → fit}, tallies = {tally…}}
function reps.profile(f, id)
  if f.profiles[id] then return f.profiles[id] end
  local flat = redis.call('HGETALL', f.p .. 'profile:' .. id)
  local profile = {list = {}, fits = {}, tallies = {}}
  for i = 1, #flat, 2 do
    local name = string.sub(flat[i], 3)
    if string.sub(flat[i], 1, 2) == 'd:' then
      profile.list[#profile.list + 1] = name
      profile.fits[name] = tonumber(flat[i + 1])
    else
      profile.tallies[#profile.tallies + 1] = name
    end
  end
  f.profiles[id] = profile
  return profile
end

function reps.is_ready(r)
  return r.status == 'available' and r.connected
end

local function ready_member(fit, idle_since, id)
  return string.format('%06d:%013d:%s', 999999 - fit, idle_since, id)
end

function reps.enter_ready(f, r)
  local profile = reps.profile(f, r.id)
  for _, demand in ipairs(profile.list) do
    redis.call('ZADD', f.p .. 'ready:' .. demand, 0, ready_member(profile.fits[demand], r.idle_since, r.id))
  end
  r.ready = r.idle_since
  redis.call('HSET', f.p .. 'rep:' .. r.id, 'ready', r.ready)
end

-- Whoever calls this stores the rep, or makes it ready again, in the same step.
function reps.leave_ready(f, r)
  if not r.ready then return end
  local profile = reps.profile(f, r.id)
  for _, demand in ipairs(profile.list) do
    redis.call('ZREM', f.p .. 'ready:' .. demand, ready_member(profile.fits[demand], r.ready, r.id))
  end
  r.ready = nil
end

local function group(status)
  return ON_DUTY[status] and 'duty:' or ABSENT[status] and 'away:' or nil
end

-- Adds `by` to the counters of everything the rep's profile names.
function reps.count(f, r, status, by)
  local prefix = group(status)
  if not prefix then return end
  local profile = reps.profile(f, r.id)
  for _, demand in ipairs(profile.list) do redis.call('HINCRBY', f.p .. 'counts', prefix .. demand, by) end
  for _, tally in ipairs(profile.tallies) do redis.call('HINCRBY', f.p .. 'counts', prefix .. tally, by) end
end

local function or_null(text)
  return text ~= '' and text or cjson.null
end

-- Tells the rep's desks what the rep now is.
function reps.announce(f, r)
  events.push(f, r.id, cjson.encode({type = 'rep_status', status = r.status, since = r.since, connected = r.connected,
    next_status = or_null(r.next_status), reason = or_null(r.reason)}))
end

-- The rep leaves the ready sets and takes the status; the caller then says what follows (`matcher.settle_rep`).
function reps.become(f, r, status, reason)
  local before = r.status
  reps.leave_ready(f, r)
  if before ~= status then r.since = f.now end
  r.status, r.reason = status, reason or ''
  if group(before) ~= group(status) then
    reps.count(f, r, before, -1)
    reps.count(f, r, status, 1)
  end
  reps.store(f, r)
  reps.announce(f, r)
end
