--@include matcher/offers
-- What a rep meets, from the active configuration.

-- A profile as asked ({fits, ranked, tallies, flexibility, levels}) in the form of `reps.profile`.
local function read(asked)
  local profile = {list = {}, places = {}, tallies = asked.tallies, flexibility = asked.flexibility,
    levels = asked.levels or {}, counts_time = false}
  for demand, fit in pairs(asked.fits) do
    local ranked = asked.ranked[demand]
    profile.list[#profile.list + 1] = demand
    profile.places[demand] = {fit = fit, strategy = ranked and ranked[1] or 'best_fit', queue = ranked and ranked[2] or ''}
    profile.counts_time = profile.counts_time or profile.places[demand].strategy == 'least_occupied'
  end
  return profile
end

local function text(place)
  return place.queue == '' and place.fit or table.concat({place.fit, place.strategy, place.queue}, ' ')
end

local function push(list, ...)
  for _, value in ipairs({...}) do list[#list + 1] = value end
end

-- d = {set = fields to write, gone = fields to drop, came, went = names of counters, gained, lost = demands}
local function compare_demands(d, old, new)
  for demand, place in pairs(new.places) do
    local was = old.places[demand]
    if not was or was.fit ~= place.fit or was.strategy ~= place.strategy then push(d.set, 'd:' .. demand, text(place)) end
    if not was then push(d.gained, demand) end
  end
  for _, demand in ipairs(old.list) do
    if not new.places[demand] then
      push(d.gone, 'd:' .. demand)
      push(d.lost, demand)
    end
  end
end

local function compare_tallies(d, old, new)
  local had = {}
  for _, tally in ipairs(old.tallies) do had[tally] = true end
  for _, tally in ipairs(new.tallies) do
    if not had[tally] then
      push(d.set, 't:' .. tally, '')
      push(d.came, tally)
    end
    had[tally] = nil
  end
  for tally in pairs(had) do
    push(d.gone, 't:' .. tally)
    push(d.went, tally)
  end
end

local function compare_levels(d, old, new)
  for skill, level in pairs(new.levels) do
    if old.levels[skill] ~= level then push(d.set, 'l:' .. skill, level) end
  end
  for skill in pairs(old.levels) do
    if not new.levels[skill] then push(d.gone, 'l:' .. skill) end
  end
end

local function compare(old, new)
  local d = {set = {}, gone = {}, came = {}, went = {}, gained = {}, lost = {}}
  compare_demands(d, old, new)
  compare_tallies(d, old, new)
  compare_levels(d, old, new)
  if new.flexibility == 0 and old.flexibility > 0 then push(d.gone, 'n:flexibility') end
  if new.flexibility > 0 and old.flexibility ~= new.flexibility then push(d.set, 'n:flexibility', new.flexibility) end
  return d
end

-- A ready rep who gains no demand stays where they stand, and moves where their place is another.
local function move(f, r, old, new)
  for _, demand in ipairs(old.list) do
    local was = ranks.member(f, r, old, demand)
    local is = new.places[demand] and ranks.member(f, r, new, demand)
    if was ~= is then
      redis.call('ZREM', f.p .. 'ready:' .. demand, was)
      if is then redis.call('ZADD', f.p .. 'ready:' .. demand, 0, is) end
    end
  end
end

-- A ready rep is ranked anew and may take a waiting call of a demand that they did not meet before.
local function rank_anew(f, r, old, new, d)
  if not reps.is_ready(r) then return end
  if #d.gained == 0 then return move(f, r, old, new) end
  f.profiles[r.id] = old
  reps.leave_ready(f, r)
  f.profiles[r.id] = new
  matcher.make_ready(f, r)
end

-- `asked`: {fits = {demand → fit}, ranked = {demand → {strategy, queue}}, tallies = {name…}, flexibility, levels = {skill →
-- level}}. Calls that
-- counted on what the rep no longer meets are looked at again. What does not change is not written.
function matcher.set_profile(f, rep, asked)
  local r, old, new = reps.seen(f, rep), reps.profile(f, rep), read(asked)
  local d = compare(old, new)
  if #d.set + #d.gone == 0 then return end
  floor.call_many('HDEL', f.p .. 'profile:' .. rep, d.gone)
  floor.call_many('HSET', f.p .. 'profile:' .. rep, d.set)
  f.profiles[rep] = new
  reps.count_names(f, r, {d.gained, d.came}, 1)
  reps.count_names(f, r, {d.lost, d.went}, -1)
  rank_anew(f, r, old, new, d)
  matcher.reconsider(f, r, ON_DUTY[r.status] and d.lost or {})
end
