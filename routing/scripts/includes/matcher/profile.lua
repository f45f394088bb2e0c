--@include matcher/offers
-- What a rep meets, from the active configuration.

-- What only one of two profiles names: {gained, lost = demands, came, went = names of counters}, and whether they differ.
local function compare(old, new)
  local d, differ = {gained = {}, lost = {}, came = {}, went = {}}, old.flexibility ~= new.flexibility
  local function note(list, name)
    list[#list + 1], differ = name, true
  end
  for demand, place in pairs(new.places) do
    local was = old.places[demand]
    if not was then note(d.gained, demand) elseif was.fit ~= place.fit or was.strategy ~= place.strategy then differ = true end
  end
  for _, demand in ipairs(old.list) do
    if not new.places[demand] then note(d.lost, demand) end
  end
  local had = {}
  for _, tally in ipairs(old.tallies) do had[tally] = true end
  for _, tally in ipairs(new.tallies) do
    if not had[tally] then note(d.came, tally) end
    had[tally] = nil
  end
  for tally in pairs(had) do note(d.went, tally) end
  return d, differ
end

-- A ready rep who gains no demand stays where they stand, and moves where their place is another.
local function move(f, r, old, new)
  for _, demand in ipairs(old.list) do
    local was = ranks.member(f, r, old, demand)
    local is = new.places[demand] and ranks.member(f, r, new, demand)
    if was ~= is then redis.call('ZREM', f.p .. 'ready:' .. demand, was) end
    if is then redis.call('ZADD', f.p .. 'ready:' .. demand, 0, is) end
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

-- `text`: JSON as of `reps.read_profile`; `source`: what it is remembered by. Calls that counted on what the rep no longer
-- meets are looked at again.
function matcher.set_profile(f, rep, source, text)
  local r, old, new = reps.seen(f, rep), reps.profile(f, rep), reps.read_profile(text)
  redis.call('HSET', f.p .. 'meets', rep, text)
  redis.call('HSET', f.p .. 'sources', rep, source)
  local d, differ = compare(old, new)
  f.profiles[rep] = new
  if not differ then return end
  reps.count_names(f, r, {d.gained, d.came}, 1)
  reps.count_names(f, r, {d.lost, d.went}, -1)
  rank_anew(f, r, old, new, d)
  matcher.reconsider(f, r, ON_DUTY[r.status] and d.lost or {})
end
