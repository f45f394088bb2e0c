--@include matcher/offers
-- What a rep meets, from the active configuration.

local function rewrite(f, rep, profile)
  local key = f.p .. 'profile:' .. rep
  local old = reps.profile(f, rep)
  redis.call('DEL', key)
  f.profiles[rep] = nil
  for demand, fit in pairs(profile.fits) do
    local ranked = profile.ranked[demand]
    redis.call('HSET', key, 'd:' .. demand, ranked and table.concat({fit, ranked[1], ranked[2]}, ' ') or fit)
  end
  for _, tally in ipairs(profile.tallies) do redis.call('HSET', key, 't:' .. tally, '') end
  if profile.flexibility > 0 then redis.call('HSET', key, 'n:flexibility', profile.flexibility) end
  return old
end

local function lost(old, fits)
  local demands = {}
  for _, demand in ipairs(old.list) do
    if not fits[demand] then demands[#demands + 1] = demand end
  end
  return demands
end

-- `profile`: {fits = {demand → fit}, ranked = {demand → {strategy, queue}}, tallies = {name…}, flexibility}. A ready rep is
-- ranked anew and may take a waiting call; calls that counted on what the rep no longer meets are looked at again.
function matcher.set_profile(f, rep, profile)
  local r = reps.seen(f, rep)
  reps.leave_ready(f, r)
  reps.count(f, r, r.status, -1)
  local old = rewrite(f, rep, profile)
  reps.count(f, r, r.status, 1)
  if reps.is_ready(r) then matcher.make_ready(f, r) end
  matcher.reconsider(f, r, ON_DUTY[r.status] and lost(old, profile.fits) or {})
end
