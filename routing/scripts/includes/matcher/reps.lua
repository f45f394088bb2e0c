--@include events
--@include matcher/ranks
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
  for _, field in ipairs({'since', 'idle_since', 'ready', 'ready_since', 'occupied', 'lost_since'}) do r[field] = tonumber(r[field]) end
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
    'offer', r.offer, 'call', r.call, 'ready', r.ready or '', 'ready_since', r.ready_since or '',
    'occupied', r.occupied or '', 'lost_since', r.lost_since or '')
end

-- A profile's JSON ({fits, ranked, tallies, flexibility, levels}) or nil, as {list = {demand…}, places = {demand →
-- {fit, strategy, queue}}, tallies = {tally…}, flexibility, levels = {skill → level}, counts_time}.
function reps.read_profile(text)
  local said = text and cjson.decode(text) or {fits = {}, ranked = {}, tallies = {}, flexibility = 0}
  local profile = {list = {}, places = {}, tallies = said.tallies, flexibility = said.flexibility, levels = said.levels or {},
    counts_time = false}
  for demand, fit in pairs(said.fits) do
    local ranked = said.ranked[demand]
    local strategy = ranked and ranked[1] or 'best_fit'
    profile.list[#profile.list + 1] = demand
    profile.places[demand] = {fit = fit, strategy = strategy, queue = ranked and ranked[2] or ''}
    profile.counts_time = profile.counts_time or strategy == 'least_occupied'
  end
  return profile
end

function reps.profile(f, id)
  if not f.profiles[id] then f.profiles[id] = reps.read_profile(redis.call('HGET', f.p .. 'meets', id)) end
  return f.profiles[id]
end

-- How well the rep meets that demand; nil: not at all.
function reps.fit(f, id, demand)
  local place = reps.profile(f, id).places[demand]
  return place and place.fit
end

function reps.is_ready(r)
  return r.status == 'available' and r.connected
end

function reps.enter_ready(f, r)
  local profile = reps.profile(f, r.id)
  r.ready, r.occupied = r.idle_since, profile.counts_time and duty.occupied(f, r.id, r.ready_since) or nil
  local emptied = f.renewing and #profile.list > 0 and redis.call('SMISMEMBER', f.p .. 'emptied', unpack(profile.list)) or {}
  for i, demand in ipairs(profile.list) do
    if emptied[i] ~= 1 then redis.call('ZADD', f.p .. 'ready:' .. demand, 0, ranks.member(f, r, profile, demand)) end
  end
  redis.call('HSET', f.p .. 'rep:' .. r.id, 'ready', r.ready, 'ready_since', r.ready_since, 'occupied', r.occupied or '')
end

-- Whoever calls this stores the rep, or makes it ready again, in the same step.
function reps.leave_ready(f, r)
  if not r.ready then return end
  local profile = reps.profile(f, r.id)
  for _, demand in ipairs(profile.list) do
    redis.call('ZREM', f.p .. 'ready:' .. demand, ranks.member(f, r, profile, demand))
  end
  r.ready = nil
end

function reps.group(status)
  return ON_DUTY[status] and 'duty:' or ABSENT[status] and 'away:' or nil
end

-- Adds `by` to the counters of everything the rep's profile names.
function reps.count(f, r, status, by)
  local prefix = reps.group(status)
  if not prefix then return end
  local profile = reps.profile(f, r.id)
  for _, demand in ipairs(profile.list) do redis.call('HINCRBY', f.p .. 'counts', prefix .. demand, by) end
  for _, tally in ipairs(profile.tallies) do redis.call('HINCRBY', f.p .. 'counts', prefix .. tally, by) end
end

-- Adds `by` to the counters of what came to the rep's profile or went from it: lists of demands and tallies.
function reps.count_names(f, r, lists, by)
  local prefix = reps.group(r.status)
  if not prefix then return end
  for _, names in ipairs(lists) do
    for _, name in ipairs(names) do redis.call('HINCRBY', f.p .. 'counts', prefix .. name, by) end
  end
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
  duty.note(f, r.id, before, status)
  r.status, r.reason = status, reason or ''
  if reps.group(before) ~= reps.group(status) then
    reps.count(f, r, before, -1)
    reps.count(f, r, status, 1)
  end
  reps.store(f, r)
  reps.announce(f, r)
end
