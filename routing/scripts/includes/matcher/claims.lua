--@include matcher/explain
-- A call looks for a rep; a rep looks for a call; both reserve in the same step.
local matcher = {}
local OFFER_KEPT_S = 3600
local WALK = 256 -- calls that bar him which a freed rep walks past
local BATCH = 64 -- calls looked at again because one rep changed

local function take_reservation(f, w, r, token)
  r.offer, r.call = token, w.call
  reps.become(f, r, 'reserved')
  ranks.note_asked(f, r, w.queue)
  w.state, w.rep, w.offer, w.made, w.confirmed = 'reserved', r.id, token, f.now, ''
  lines.store(f, w)
end

-- Reserves rep and call, which stands in no line, for each other. Unconfirmed it is taken over after 1 s, released after 2 s.
-- `second`: the next best; `line`: of the demand whose line the call has just left for a rep who became free.
function matcher.reserve(f, w, r, how, second, line)
  local decision = explain.decision(f, w, r, how, second)
  local token = 'o' .. f.epoch .. '-' .. redis.call('HINCRBY', f.p .. 'floor', 'offers', 1)
  take_reservation(f, w, r, token)
  local key = f.p .. 'offer:' .. token
  redis.call('HSET', key, 'rep', r.id, 'call', w.call, 'decision', cjson.encode(decision), 'line', line or '')
  redis.call('EXPIRE', key, OFFER_KEPT_S)
  redis.call('ZADD', f.p .. 'deadlines', f.now + f.take_over_ms, 'match:' .. w.call)
  f.decisions[w.call] = nil
  local match = {call = w.call, rep = r.id, offer = token, decision = decision}
  f.matches[#f.matches + 1] = match
  return match
end

local function preferred(f, w)
  if w.prefer == '' or marks.bar(f, w, w.prefer) then return nil end
  local r = reps.of(f, w.prefer)
  if not r then return nil end
  return (w.waived or reps.fit(f, r.id, w.demand)) and r or nil
end

-- Only the preferred rep may take the call: busy, and would qualify, and the wait is not over.
function matcher.is_exclusive(f, w)
  local r = preferred(f, w)
  return r ~= nil and BUSY[r.status] == true and w.prefer_until ~= nil and f.now < w.prefer_until
end

-- The best ready rep who is not barred, how they won, and the next best's id.
local function best_ready(f, w)
  local open = {}
  for _, member in ipairs(redis.call('ZRANGE', f.p .. 'ready:' .. w.demand, 0, marks.barred(f, w) + 1)) do
    if #open < 2 and not marks.bar(f, w, ranks.rep_of(member)) then open[#open + 1] = member end
  end
  if #open == 0 then return nil end
  return reps.of(f, ranks.rep_of(open[1])), ranks.how_won(w.strategy, open[1], open[2]), open[2] and ranks.rep_of(open[2])
end

local function choose(f, w)
  local owner = preferred(f, w)
  if owner and reps.is_ready(owner) then return owner, 'preferred' end
  if matcher.is_exclusive(f, w) then return nil, 'exclusive' end
  return best_ready(f, w)
end

-- The call, waiting and in no line: a rep is reserved for it, or it enters its line.
function matcher.place(f, w)
  if marks.void(f, w) then marks.clear(f, w) end
  local r, how, second = choose(f, w)
  if r then return matcher.reserve(f, w, r, how, second) end
  lines.enter(f, w, how == 'exclusive')
  lines.store(f, w)
  local wake = marks.next_wake(f, w)
  if wake then redis.call('ZADD', f.p .. 'deadlines', wake, 'wake:' .. w.call) end
  shortage.look(f, w)
  f.decisions[w.call] = explain.decision(f, w, nil, 'in_line')
  return nil
end

-- The call goes back from wherever it is to the state of waiting, and is placed.
function matcher.place_again(f, w)
  if w.state == 'waiting' then lines.exit(f, w) end
  if w.state == 'taken' then lines.keep(f, w) end
  if w.state == 'reserved' then redis.call('ZREM', f.p .. 'deadlines', 'match:' .. w.call) end
  w.state, w.rep, w.offer, w.made, w.confirmed = 'waiting', '', '', nil, ''
  lines.count_in(f, w)
  return matcher.place(f, w)
end

-- The first call in order, of the rep's demands' lines and own lines, that does not bar the rep.
local function best_call(f, r)
  local keys, heads, ranks = {f.p .. 'own:' .. r.id, f.p .. 'waived:' .. r.id}, {}, {}
  for _, demand in ipairs(reps.profile(f, r.id).list) do keys[#keys + 1] = f.p .. 'line:' .. demand end
  local function look(i, rank)
    ranks[i], heads[i] = rank, redis.call('ZRANGE', keys[i], rank, rank)[1]
  end
  for i = 1, #keys do look(i, 0) end
  for _ = 1, WALK do
    local best
    for i = 1, #keys do
      if heads[i] and (not best or heads[i] < heads[best]) then best = i end
    end
    if not best then return nil end
    local w = lines.standing(f, keys[best], heads[best])
    if w and not marks.bar(f, w, r.id) then return w end
    look(best, w and ranks[best] + 1 or ranks[best])
  end
  return nil
end

-- An available, connected rep takes the best waiting call, or stands ready.
function matcher.make_ready(f, r)
  reps.leave_ready(f, r)
  local w = best_call(f, r)
  if w then
    local line = not w.exclusive and w.demand or nil
    lines.exit(f, w)
    return matcher.reserve(f, w, r, 'freed', nil, line)
  end
  reps.enter_ready(f, r)
  return nil
end

-- Calls that may go elsewhere now that this rep changed, in the order of lines: those that waited for the rep alone, and
-- those whose marks may have become void with `demands` losing an unmarked rep.
local function affected(f, r, demands)
  local members, seen = {}, {}
  local function add(key)
    for _, member in ipairs(redis.call('ZRANGE', key, 0, BATCH - 1)) do
      if lines.standing(f, key, member) and not seen[member] then
        seen[member], members[#members + 1] = true, member
      end
    end
  end
  add(f.p .. 'own:' .. r.id)
  for _, demand in ipairs(demands) do add(f.p .. 'marked:' .. demand) end
  table.sort(members)
  return members
end

-- More own callers than one step looks at: the rest follows when the rep's presence deadline is drained, at once.
local function arm_rest(f, r)
  if BUSY[r.status] then return end
  if redis.call('EXISTS', f.p .. 'own:' .. r.id) == 1 then
    redis.call('ZADD', f.p .. 'deadlines', f.now, 'presence:' .. r.id)
  end
end

function matcher.reconsider(f, r, demands)
  for _, member in ipairs(affected(f, r, demands)) do
    local w = lines.of(f, lines.call_of(member))
    if w.state == 'waiting' then
      local opened = w.exclusive and not matcher.is_exclusive(f, w)
      if opened or marks.void(f, w) then matcher.place_again(f, w) end
    end
  end
  shortage.after(f, demands)
  arm_rest(f, r)
end

-- Everything a change of the rep's status sets off for others.
function matcher.settle_rep(f, r, before)
  if reps.is_ready(r) then
    r.ready_since = f.now
    matcher.make_ready(f, r)
  elseif r.status == 'available' then
    matcher.arm_grace(f, r)
  end
  local left = (ON_DUTY[before] and not ON_DUTY[r.status]) or (ABSENT[before] and r.status == 'offline')
  if left or not BUSY[r.status] then matcher.reconsider(f, r, left and reps.profile(f, r.id).list or {}) end
  if left then shortage.after_owner(f, r) end
end

-- Reserves the best ready rep or puts the call in line; asked again it replaces the first ask. A call that is reserved or
-- accepted keeps its rep, and the new demand for when it comes back.
function matcher.claim(f, ask)
  local w = lines.of(f, ask.call)
  local standing = w and matcher.pending(f, ask.call)
  if standing then
    lines.count_out(f, w)
    lines.describe(f, w, ask)
    if w.state == 'reserved' then lines.count_in(f, w) end
    lines.store(f, w)
    return standing
  end
  if w then
    lines.exit(f, w)
    lines.count_out(f, w)
  end
  local is_new = not w
  w = w or lines.new(f, ask.call)
  lines.describe(f, w, ask)
  local made = matcher.place_again(f, w)
  if is_new and w.state == 'waiting' then lines.look_if_full(f, w, ask.max_size) end
  return made
end

-- The call is gone; a rep reserved for it is available again with idle time kept.
function matcher.leave(f, call)
  local w = lines.of(f, call)
  if not w then return false end
  local r = w.state == 'reserved' and reps.of(f, w.rep)
  lines.forget(f, w)
  f.decisions[call] = nil
  if r and r.offer == w.offer and r.status == 'reserved' then matcher.release(f, r) end
  return true
end

-- The call's wake deadline is due: the wait for a preferred rep, or a mark, may be over.
function matcher.wake(f, call)
  redis.call('ZREM', f.p .. 'deadlines', 'wake:' .. call)
  local w = lines.of(f, call)
  if not w or w.state ~= 'waiting' then return false end
  matcher.place_again(f, w)
  return true
end
--@include matcher/offers
--@include matcher/presence

-- How it stands with one rep for a call: `held`: the call is kept for another; `rank`: place among the free, from 0.
local function about(f, w, id)
  local r = reps.of(f, id)
  if not r then return nil end
  local profile = reps.profile(f, id)
  local rank
  if r.ready and profile.places[w.demand] then
    rank = redis.call('ZRANK', f.p .. 'ready:' .. w.demand, ranks.member(f, r, profile, w.demand)) or nil
  end
  return {
    status = r.status, reason = r.reason, connected = r.connected, fit = reps.fit(f, id, w.demand),
    barred = marks.bar(f, w, id) == true, held = matcher.is_exclusive(f, w) and w.prefer ~= id, rank = rank,
  }
end

-- Who would get the call now, with no effect: nothing is written, and the call is not known afterwards.
function matcher.consider(f, ask, rep)
  local known = lines.of(f, ask.call)
  local w = lines.new(f, ask.call)
  w.marked = known ~= nil and known.marked
  lines.describe(f, w, ask)
  if marks.void(f, w) then w.marks = {} end
  local r, how, second = choose(f, w)
  if how == 'exclusive' then
    w.exclusive = true
    how = nil
  end
  return {decision = explain.decision(f, w, r, how or 'in_line', second), rep = rep ~= '' and about(f, w, rep) or nil}
end
