--@include matcher/offers
-- A new demand table for many reps in one step: as one after the other, but with one command for what they share. It goes
-- as far as nobody meets a call and no call is looked at again; the next rep is `matcher.set_profile`'s.
local renewal = {}

-- The reps of this step from `from` on, by index: their group of counters, whether they are busy, and of ready ones what
-- their members end in, and the fields. `all`: the group of all of them; nil when they differ.
local function look(f, names, from)
  local s = {names = names, from = from, group = {}, busy = {}, tail = {}, fields = {}}
  local first
  for i = from, #names do
    local id = names[i]
    local is = redis.call('HMGET', f.p .. 'rep:' .. id, 'status', 'connected', 'ready', 'ready_since', 'occupied')
    if not is[1] then reps.seen(f, id) end
    local group = is[1] and reps.group(is[1]) or ''
    s.group[i], s.busy[i] = group, BUSY[is[1]]
    if is[1] == 'available' and is[2] == '1' then
      s.tail[i], s.fields[i] = string.format('%013d:%s', is[3], id), is
    end
    first = first or group
    s.differ = s.differ or group ~= first
  end
  s.all = not s.differ and from == 1 and first or nil
  return s
end

-- The first rep who is not as the caller saw them, or for whom more is to be done than is done here; #names + 1: nobody.
local function first_other(f, s, plan)
  local first = #s.names + 1
  local function stop(i)
    if i >= s.from and i < first then first = i end
  end
  for i, source in ipairs(redis.call('HMGET', f.p .. 'sources', unpack(s.names))) do
    if (source or '') ~= plan.seen[i] then stop(i) end
    if s.busy[i] and redis.call('EXISTS', f.p .. 'own:' .. s.names[i]) == 1 then stop(i) end
  end
  for _, change in ipairs(plan.changes) do
    local demand, gained, lost = change[1], change[4], change[6]
    if redis.call('EXISTS', f.p .. 'line:' .. demand) == 1 then
      for k = 1, #gained, 2 do
        if s.tail[gained[k]] then stop(gained[k]) end
      end
      local marked = #lost > 0 and redis.call('EXISTS', f.p .. 'marked:' .. demand) == 1
      for k = 1, marked and #lost or 0, 2 do
        if s.group[lost[k]] == 'duty:' then stop(lost[k]) end
      end
    end
  end
  for demand, list in pairs(plan.gone) do
    if redis.call('EXISTS', f.p .. 'ready:' .. demand) == 1 then
      for _, i in ipairs(list) do stop(i) end
    end
  end
  return first
end

-- What else the strategy compares stands before the rest of the member.
local TAIL = {
  round_robin = function(f, s, i, queue)
    return string.format('%013d:%s', ranks.asked(f, {id = s.names[i]}, queue), s.names[i])
  end,
  least_occupied = function(f, s, i)
    local is = s.fields[i]
    if is[5] == '' then
      is[5] = duty.occupied(f, s.names[i], tonumber(is[4]))
      redis.call('HSET', f.p .. 'rep:' .. s.names[i], 'occupied', is[5])
    end
    return string.format('%04d:%s', is[5], s.tail[i])
  end,
}

-- What the members of the ready reps of this step end in, for one strategy and queue.
local function tails(f, s, strategy, queue)
  if not TAIL[strategy] then return s.tail end
  local found = {}
  for i = s.from, s.to do found[i] = s.tail[i] and TAIL[strategy](f, s, i, queue) end
  return found
end

-- Adds `sign` to the counter for each of the reps: list[1], list[1 + stride], …
local function count(f, s, name, list, stride, sign)
  local by = {}
  if s.all then
    by[s.all] = sign * #list / stride
  else
    for k = 1, #list, stride do
      local group = s.group[list[k]]
      if group and list[k] <= s.to then by[group] = (by[group] or 0) + sign end
    end
  end
  for group, n in pairs(by) do
    if group ~= '' and n ~= 0 then redis.call('HINCRBY', f.p .. 'counts', group .. name, n) end
  end
end

-- The list's reps leave or enter a ready set: list = {index, how the member begins, …}, of which that stands `at` behind the index; with scores for ZADD.
local function members(s, tail, list, stride, at, score)
  local found, n = {}, 0
  for k = 1, #list, stride do
    local i = list[k]
    if tail[i] and i <= s.to then
      if score then
        n = n + 1
        found[n] = score
      end
      n = n + 1
      found[n] = list[k + at] .. tail[i]
    end
  end
  return found
end

-- One demand.
local function rank(f, s, change)
  local demand, strategy, queue, gained, moved, lost = unpack(change)
  local key, tail = f.p .. 'ready:' .. demand, tails(f, s, strategy, queue)
  if #moved + #lost > 0 and redis.call('EXISTS', key) == 1 then
    floor.call_many('ZREM', key, members(s, tail, moved, 3, 1))
    floor.call_many('ZREM', key, members(s, tail, lost, 2, 1))
  end
  floor.call_many('ZADD', key, members(s, tail, moved, 3, 2, 0))
  floor.call_many('ZADD', key, members(s, tail, gained, 2, 1, 0))
  if #gained > 0 then count(f, s, demand, gained, 2, 1) end
  if #lost > 0 then count(f, s, demand, lost, 2, -1) end
end

-- Remembers what the reps meet.
local function write(f, s, plan, texts)
  local meets, sources, at = {}, {}, 1
  for i = 1, s.to do
    local behind = at + plan.sizes[i]
    if i >= s.from then
      local n = #meets
      meets[n + 1], meets[n + 2] = plan.reps[i], string.sub(texts, at, behind - 1)
      sources[n + 1], sources[n + 2] = plan.reps[i], plan.sources[i]
    end
    at = behind
  end
  floor.call_many('HSET', f.p .. 'meets', meets)
  floor.call_many('HSET', f.p .. 'sources', sources)
end

-- Gives the reps from `from` on what the plan says, and says who is next.
function renewal.renew(f, plan, texts, from)
  local s = look(f, plan.reps, from)
  s.to = first_other(f, s, plan) - 1
  if s.to < from then return from end
  if s.to < #s.names then s.all = nil end
  local lost = {}
  for _, change in ipairs(plan.changes) do
    rank(f, s, change)
    if #change[6] > 0 then lost[#lost + 1] = change[1] end
  end
  for demand, list in pairs(plan.gone) do count(f, s, demand, list, 1, -1) end
  for name, list in pairs(plan.came) do count(f, s, name, list, 1, 1) end
  for name, list in pairs(plan.went) do count(f, s, name, list, 1, -1) end
  shortage.after(f, lost)
  write(f, s, plan, texts)
  return s.to + 1
end
