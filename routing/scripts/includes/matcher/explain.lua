--@include matcher/marks
--@include matcher/shortage
-- Why a call went where it went, from counters: never by reading everybody, never a second look.
local explain = {}

-- What became of the preferred rep; nil when none was named.
function explain.prefer(f, w, chosen)
  if w.prefer == '' then return nil end
  if chosen and chosen.id == w.prefer then return 'taken' end
  local r = reps.of(f, w.prefer)
  if not r then return 'unknown' end
  if not w.waived and not reps.fit(f, r.id, w.demand) then return 'not_qualified' end
  if marks.bar(f, w, r.id) then return 'declined' end
  if ABSENT[r.status] then return 'away' end
  if r.status == 'offline' or (r.status == 'available' and not r.connected) then return 'offline' end
  return w.exclusive and 'waiting' or 'busy'
end

-- `support>=3` and `spanish*2`, a line each, as pairs; and the levels that the chosen rep has of what they name. A team
-- is no skill.
local function pairs_of(text, form, levels, of)
  local found = {}
  for line in string.gmatch(text, '[^\n]+') do
    local skill, number = string.match(line, form)
    if skill then
      found[#found + 1] = {skill, tonumber(number)}
      levels[skill] = of and of[skill]
    end
  end
  return found
end

-- `freed`: the chosen rep is ready at this moment but stands in no ready set.
-- `second`: the id of the next best, where a strategy chose.
function explain.decision(f, w, chosen, how, second)
  local names = {'duty:' .. w.served, 'duty:' .. w.demand, 'away:' .. w.demand}
  local needs = {}
  for need in string.gmatch(w.needs, '[^\n]+') do
    needs[#needs + 1] = need
    names[#names + 1] = 'duty:' .. w.served .. '/' .. need
  end
  local counts = redis.call('HMGET', f.p .. 'counts', unpack(names))
  local on_duty, lacking = tonumber(counts[1] or '0'), {}
  for i, need in ipairs(needs) do
    local without = on_duty - tonumber(counts[3 + i] or '0')
    if without > 0 then lacking[need] = without end
  end
  local fit = chosen and reps.fit(f, chosen.id, w.demand)
  local free = redis.call('ZCARD', f.p .. 'ready:' .. w.demand)
  if how == 'freed' and fit then free = free + 1 end
  local levels, has = {}, chosen and reps.profile(f, chosen.id).levels
  return {
    served = w.served, needs = pairs_of(w.needs, '^(.-)>=(%d+)$', levels, has), prefers = pairs_of(w.prefers, '^(.-)%*(%d+)$', levels, has),
    team = string.match('\n' .. w.needs, '\nteam=([^\n]+)'), levels = levels, second = second,
    preferred = w.prefer ~= '' and w.prefer or nil,
    demand = w.demand, queue = w.queue, chosen = chosen and chosen.id, how = how, version = f.version, strategy = w.strategy,
    fit = fit, rank = chosen and ranks.looked_at(f, w, chosen, reps.profile(f, chosen.id), how),
    idle_ms = chosen and f.now - chosen.idle_since, on_duty = on_duty, qualified = tonumber(counts[2] or '0'), free = free,
    away = tonumber(counts[3] or '0'), declined = marks.barred(f, w), lacking = lacking, prefer = explain.prefer(f, w, chosen),
  }
end
