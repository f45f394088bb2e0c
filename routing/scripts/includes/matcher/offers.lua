--@include matcher/claims
-- The life of a reservation. Whoever ends it shows the token; a token that is not the rep's any more changes nothing.
local CONFIRM_MS = 2000
local ACCEPTED_KEPT_S = 172800
local MARKS_REP = {declined = true, expired = true, vanished = true, softphone = true}
local SILENCED = {expired = 'missed', softphone = 'softphone', lost_leg = 'softphone'}

-- The reservation or conversation a live token stands for; nil for any other token.
function matcher.check_offer(f, token)
  local ids = redis.call('HMGET', f.p .. 'offer:' .. token, 'rep', 'call')
  local r = ids[1] and reps.of(f, ids[1])
  if not r or r.offer ~= token then return nil end
  local w = lines.of(f, ids[2])
  local own = w ~= nil and w.offer == token
  return {rep = r.id, call = ids[2], status = r.status, confirmed = own and w.confirmed == '1', made = own and w.made or nil}
end

-- The call's standing reservation (or conversation) as a match; nil when it has none.
function matcher.pending(f, call)
  local w = lines.of(f, call)
  if not w or w.offer == '' then return nil end
  local r = reps.of(f, w.rep)
  if not r or r.offer ~= w.offer or not (r.status == 'reserved' or r.status == 'on_call') then return nil end
  local decision = redis.call('HGET', f.p .. 'offer:' .. w.offer, 'decision')
  return {call = call, rep = r.id, offer = w.offer, confirmed = w.confirmed == '1', decision = cjson.decode(decision)}
end

-- The offer is saved with its call: nobody takes the match over any more.
function matcher.confirm(f, token)
  local offer = matcher.check_offer(f, token)
  if not offer or offer.status ~= 'reserved' then return false end
  local w = lines.of(f, offer.call)
  if not w or w.offer ~= token then return false end
  w.confirmed = '1'
  lines.store(f, w)
  redis.call('ZREM', f.p .. 'deadlines', 'match:' .. offer.call)
  return true
end

-- The rep goes from reserved to on_call. Again with the same token: true, and nothing changes.
function matcher.accept(f, token)
  local offer = matcher.check_offer(f, token)
  if not offer then return false end
  if offer.status ~= 'reserved' then return offer.status == 'on_call' end
  redis.call('ZREM', f.p .. 'deadlines', 'match:' .. offer.call)
  redis.call('EXPIRE', f.p .. 'offer:' .. token, ACCEPTED_KEPT_S)
  reps.become(f, reps.of(f, offer.rep), 'on_call')
  local w = lines.of(f, offer.call)
  if w and w.offer == token then
    local line = redis.call('HGET', f.p .. 'offer:' .. token, 'line')
    if line and line ~= '' then flow.note(f, line, w.member, w.arrived) end
    lines.take(f, w)
  end
  return true
end

-- The rep has nobody any more: becomes what they asked for, or available. `idle_from` nil keeps the idle time.
function matcher.release(f, r, idle_from)
  local before = r.status
  local status = r.next_status ~= '' and r.next_status or 'available'
  local reason = r.next_reason
  r.idle_since = idle_from or r.idle_since or f.now
  r.offer, r.call, r.next_status, r.next_reason = '', '', '', ''
  if status == 'available' and matcher.is_gone(f, r) then
    status, reason = 'offline', 'disconnected'
  end
  reps.become(f, r, status, reason)
  matcher.settle_rep(f, r, before)
end

local function silence(f, r, reason)
  local before = r.status
  r.offer, r.call, r.next_status, r.next_reason = '', '', '', ''
  reps.become(f, r, 'not_responding', reason)
  matcher.settle_rep(f, r, before)
end

-- The rep the caller was talking to goes before any other, but nobody waits for them.
local function prefer_again(w, r)
  w.waived = w.waived and w.prefer == r.id
  w.prefer, w.prefer_until = r.id, nil
end

-- Ends a reservation, or an accepted one that never connected. The call looks for another rep first, then the rep for
-- another call; a call that `leaves` looks for nobody.
function matcher.settle(f, token, outcome, leaves)
  local offer = matcher.check_offer(f, token)
  if not offer or not (offer.status == 'reserved' or offer.status == 'on_call') then return false end
  local r, w = reps.of(f, offer.rep), lines.of(f, offer.call)
  if w and w.offer == token then
    if leaves or outcome == 'caller_left' then
      lines.forget(f, w)
    else
      if MARKS_REP[outcome] then marks.put(f, w, r.id) end
      if outcome == 'lost_leg' then prefer_again(w, r) end
      matcher.place_again(f, w)
    end
  end
  if SILENCED[outcome] then
    silence(f, r, SILENCED[outcome])
  else
    matcher.release(f, r)
  end
  return true
end

-- The conversation is over: the rep goes to wrap_up, or is free and idle from now.
function matcher.finish(f, token, wrap_up)
  local offer = matcher.check_offer(f, token)
  if not offer or offer.status ~= 'on_call' then return false end
  local r, w = reps.of(f, offer.rep), lines.of(f, offer.call)
  if w and w.offer == token then lines.forget(f, w) end
  if wrap_up then
    reps.become(f, r, 'wrap_up')
  else
    matcher.release(f, r, f.now)
  end
  return true
end

-- After-call work for that call is over; too late or for another call: nothing changes.
function matcher.free(f, rep, call)
  local r = reps.of(f, rep)
  if not r or r.status ~= 'wrap_up' or r.call ~= call then return false end
  matcher.release(f, r, f.now)
  return true
end

-- A match that nobody took up for 2 s: both go back, and the call looks again.
function matcher.release_unconfirmed(f, call)
  local w = lines.of(f, call)
  if not w or w.state ~= 'reserved' or w.confirmed == '1' or f.now < w.made + CONFIRM_MS then return false end
  return matcher.settle(f, w.offer, 'withdrawn')
end
