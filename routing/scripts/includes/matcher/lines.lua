--@include matcher/flow
-- Waiting calls and their lines. Members sort by priority, then counted-from, then call id.
local lines = {}
local TAKEN_KEPT_S = 172800 -- Twilio ends a call after 24 h

-- The call as this step sees it (one table per step); nil when the floor does not know it.
function lines.of(f, call)
  if f.waits[call] then return f.waits[call] end
  local w = floor.map(redis.call('HGETALL', f.p .. 'wait:' .. call))
  if not w then return nil end
  w.call = call
  for _, field in ipairs({'arrived', 'prefer_until', 'made'}) do w[field] = tonumber(w[field]) end
  w.exclusive, w.waived, w.marked = w.exclusive == '1', w.waived == '1', w.marked == '1'
  w.off_line = w.off_line == '1'
  w.strategy, w.served, w.prefers = w.strategy or 'best_fit', w.served or w.queue, w.prefers or ''
  f.waits[call] = w
  return w
end

local function flag(value)
  return value and '1' or ''
end

function lines.store(f, w)
  redis.call('HSET', f.p .. 'wait:' .. w.call, 'demand', w.demand, 'queue', w.queue, 'served', w.served,
    'strategy', w.strategy, 'needs', w.needs, 'prefers', w.prefers, 'member', w.member,
    'arrived', w.arrived, 'prefer', w.prefer, 'prefer_until', w.prefer_until or '', 'waived', flag(w.waived),
    'state', w.state, 'rep', w.rep, 'offer', w.offer, 'made', w.made or '', 'confirmed', w.confirmed,
    'exclusive', flag(w.exclusive), 'marked', flag(w.marked), 'off_line', flag(w.off_line))
end

-- Takes over what an ask says; the place, once given, is computed from it alone.
function lines.describe(f, w, ask)
  w.demand, w.queue, w.needs = ask.demand, ask.queue, table.concat(ask.needs, '\n')
  w.served, w.strategy, w.prefers = ask.served, ask.strategy, table.concat(ask.prefers or {}, '\n')
  w.member = string.format('%04d:%013d:%s', 9999 - ask.priority, math.max(0, ask.counted_from), ask.call)
  w.prefer, w.prefer_until, w.waived = ask.prefer or '', ask.prefer_until, ask.waived == true
  w.arrived = w.arrived or ask.arrived or f.now
  w.off_line = ask.off_line == true
end

-- A call that the floor does not know yet, in no line.
function lines.new(f, call)
  local w = {call = call, state = 'new', rep = '', offer = '', confirmed = '', exclusive = false, marked = false}
  f.waits[call] = w
  return w
end

function lines.call_of(member)
  return string.sub(member, 20)
end

-- The call behind a line's member; a member without one (which no script leaves behind) is taken out of that line.
function lines.standing(f, key, member)
  local w = lines.of(f, lines.call_of(member))
  if w and w.state == 'waiting' and w.member == member then return w end
  redis.call('ZREM', key, member)
  return nil
end

-- An exclusive call stands in its preferred rep's own line alone; any other in its demand's, and in the line of a rep
-- for whom queue and needs are waived.
function lines.enter(f, w, exclusive)
  w.exclusive = exclusive
  if exclusive then
    redis.call('ZADD', f.p .. 'own:' .. w.prefer, 0, w.member)
  else
    redis.call('ZADD', f.p .. 'line:' .. w.demand, 0, w.member)
    flow.entered(f, w.demand)
    if w.waived then redis.call('ZADD', f.p .. 'waived:' .. w.prefer, 0, w.member) end
  end
  if w.marked then redis.call('ZADD', f.p .. 'marked:' .. w.demand, 0, w.member) end
end

function lines.exit(f, w)
  if redis.call('ZREM', f.p .. 'line:' .. w.demand, w.member) == 1 then flow.left(f, w.demand) end
  if w.prefer ~= '' then
    redis.call('ZREM', f.p .. 'own:' .. w.prefer, w.member)
    redis.call('ZREM', f.p .. 'waived:' .. w.prefer, w.member)
  end
  if w.marked then redis.call('ZREM', f.p .. 'marked:' .. w.demand, w.member) end
  redis.call('ZREM', f.p .. 'deadlines', 'wake:' .. w.call, 'unmet:' .. w.call, 'full:' .. w.call)
  w.exclusive = false
end

-- Who is to be called back takes no room.
function lines.count_in(f, w)
  if w.off_line then return end
  redis.call('ZADD', f.p .. 'waiting:' .. w.queue, w.arrived, w.call)
end

function lines.count_out(f, w)
  redis.call('ZREM', f.p .. 'waiting:' .. w.queue, w.call)
end

-- The call has come to its line: it is to be told if `most` others, whom nobody has taken yet, were in its queue before.
function lines.look_if_full(f, w, most)
  if most and redis.call('ZCARD', f.p .. 'waiting:' .. w.queue) > most then
    redis.call('ZADD', f.p .. 'deadlines', f.now, 'full:' .. w.call)
  end
end

local function keys_of(f, w)
  local wait = f.p .. 'wait:' .. w.call
  return w.marked and {wait, f.p .. 'marks:' .. w.call, f.p .. 'cool:' .. w.call} or {wait}
end

-- Accepted: the call waits no more, but can come back to its old place.
function lines.take(f, w)
  w.state = 'taken'
  lines.count_out(f, w)
  lines.store(f, w)
  for _, key in ipairs(keys_of(f, w)) do redis.call('EXPIRE', key, TAKEN_KEPT_S) end
end

-- Back from there.
function lines.keep(f, w)
  for _, key in ipairs(keys_of(f, w)) do redis.call('PERSIST', key) end
end

function lines.forget(f, w)
  lines.exit(f, w)
  lines.count_out(f, w)
  redis.call('ZREM', f.p .. 'deadlines', 'match:' .. w.call)
  redis.call('DEL', unpack(keys_of(f, w)))
  f.waits[w.call] = nil
end
