--@include matcher/claims
--@include matcher/sockets
-- Whether any of a rep's tabs answers. A lost rep is taken out of the ready sets at once, and set offline after 30 s.
local GRACE_MS = 30000
local OFFER_MOVES_ON_MS = 5000

-- Without a socket for longer than the grace.
function matcher.is_gone(f, r)
  return not r.connected and f.now >= (r.lost_since or 0) + GRACE_MS
end

local function arm(f, r, at_ms)
  redis.call('ZADD', f.p .. 'deadlines', at_ms, 'presence:' .. r.id)
end

function matcher.arm_grace(f, r)
  arm(f, r, r.lost_since + GRACE_MS)
end

local function go_offline(f, r)
  local before = r.status
  reps.become(f, r, 'offline', 'disconnected')
  matcher.settle_rep(f, r, before)
end

-- A rep without a socket has one now.
function matcher.connect(f, rep)
  local r = reps.seen(f, rep)
  if r.status == 'available' and matcher.is_gone(f, r) then go_offline(f, r) end
  r.connected, r.lost_since = true, nil
  reps.store(f, r)
  reps.announce(f, r)
  if reps.is_ready(r) then
    r.ready_since = f.now
    matcher.make_ready(f, r)
  end
end

local function disconnect(f, r)
  reps.leave_ready(f, r)
  r.connected, r.lost_since = false, f.now
  reps.store(f, r)
  reps.announce(f, r)
end

-- What is still to be waited for while the rep has no socket. True: an offered rep has been away for 5 s.
local function await_return(f, r)
  if r.status == 'available' then
    if matcher.is_gone(f, r) then go_offline(f, r) else matcher.arm_grace(f, r) end
  elseif r.status == 'reserved' then
    local due = f.now >= r.lost_since + OFFER_MOVES_ON_MS
    arm(f, r, (due and f.now or r.lost_since) + OFFER_MOVES_ON_MS)
    return due
  elseif not BUSY[r.status] then
    matcher.reconsider(f, r, {})
  end
  return false
end

-- A presence deadline is due, or a socket went: true when the rep's offer must move on.
function matcher.check_presence(f, rep)
  redis.call('ZREM', f.p .. 'deadlines', 'presence:' .. rep)
  local r = reps.of(f, rep)
  if not r then return false end
  local until_ms = sockets.alive_until(f, rep)
  if until_ms then
    arm(f, r, until_ms)
    if not BUSY[r.status] then matcher.reconsider(f, r, {}) end
    return false
  end
  if r.connected then disconnect(f, r) end
  return await_return(f, r)
end

-- A tab's socket closed.
function matcher.drop(f, rep, socket)
  redis.call('ZREM', f.p .. 'sockets:' .. rep, socket)
  return matcher.check_presence(f, rep)
end
