--@include matcher/offers
-- What a rep asks to be.

local function keep_for_later(f, r, status, reason)
  if r.next_status == status and r.next_reason == reason then return end
  r.next_status, r.next_reason = status, reason
  reps.store(f, r)
  reps.announce(f, r)
end

-- available, away or offline. While busy it is kept for after the call; available during wrap-up ends the wrap-up.
function matcher.set_status(f, rep, status, reason)
  local r = reps.seen(f, rep)
  if r.status == 'wrap_up' and status == 'available' then
    r.next_status, r.next_reason = '', ''
    return matcher.release(f, r, f.now)
  end
  if BUSY[r.status] then return keep_for_later(f, r, status, reason) end
  if r.status == status and (status == 'available' or r.reason == reason) then return end
  local before = r.status
  if status == 'available' then
    r.idle_since = f.now
    if not r.connected then r.lost_since = f.now end
  end
  reps.become(f, r, status, status ~= 'available' and reason or '')
  matcher.settle_rep(f, r, before)
end

-- Rebuilding: a rep whose leg is live is on that call, whatever the desk says. False while another call has them.
function matcher.put_on_call(f, rep, call, token)
  local r = reps.seen(f, rep)
  if BUSY[r.status] then return r.offer == token end
  local before = r.status
  r.offer, r.call = token, call
  if not r.connected then r.lost_since = f.now end
  reps.become(f, r, 'on_call')
  redis.call('HSET', f.p .. 'offer:' .. token, 'rep', rep, 'call', call)
  redis.call('EXPIRE', f.p .. 'offer:' .. token, ACCEPTED_KEPT_S)
  matcher.settle_rep(f, r, before)
  return true
end
