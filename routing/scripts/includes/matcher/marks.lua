--@include matcher/reps
--@include matcher/lines
-- Who declined or missed a call: barred by a mark until marks are void, and for 10 s in any case.
local marks = {}
local COOL_MS = 10000 -- the same rep gets the same call no sooner
local BUSY_COUNTS_MS = 30000 -- a busy unmarked rep is waited for no longer

local function numbers(flat)
  local map = floor.map(flat) or {}
  for rep, ms in pairs(map) do map[rep] = tonumber(ms) end
  return map
end

function marks.load(f, w)
  if w.marks then return end
  w.marks, w.cools = {}, {}
  if not w.marked then return end
  w.marks = numbers(redis.call('HGETALL', f.p .. 'marks:' .. w.call))
  w.cools = numbers(redis.call('HGETALL', f.p .. 'cool:' .. w.call))
end

function marks.bar(f, w, rep)
  marks.load(f, w)
  return w.marks[rep] ~= nil or (w.cools[rep] or 0) > f.now
end

-- How many reps the call passes over at this moment.
function marks.barred(f, w)
  marks.load(f, w)
  local count = 0
  for _ in pairs(w.marks) do count = count + 1 end
  for rep, until_ms in pairs(w.cools) do
    if not w.marks[rep] and until_ms > f.now then count = count + 1 end
  end
  return count
end

function marks.put(f, w, rep)
  marks.load(f, w)
  w.marked = true
  w.marks[rep], w.cools[rep] = f.now, f.now + COOL_MS
  redis.call('HSET', f.p .. 'marks:' .. w.call, rep, f.now)
  redis.call('HSET', f.p .. 'cool:' .. w.call, rep, f.now + COOL_MS)
end

local function last(w)
  local latest
  for _, ms in pairs(w.marks) do latest = math.max(latest or 0, ms) end
  return latest
end

-- How many of the marked meet the demand, and are on duty or, for `ready`, stand in its ready set.
local function marked(f, w, ready)
  local count = 0
  for rep in pairs(w.marks) do
    local r = reps.of(f, rep)
    local counts = r and (ready and r.ready or not ready and ON_DUTY[r.status])
    if counts and reps.fit(f, rep, w.demand) then count = count + 1 end
  end
  return count
end

-- True when nobody unmarked is worth waiting for: none on duty meets the demand, or none but busy ones who had their 30 s.
function marks.void(f, w)
  marks.load(f, w)
  local latest = last(w)
  if not latest then return false end
  if f.now >= latest + BUSY_COUNTS_MS then
    return redis.call('ZCARD', f.p .. 'ready:' .. w.demand) <= marked(f, w, true)
  end
  return tonumber(redis.call('HGET', f.p .. 'counts', 'duty:' .. w.demand) or '0') <= marked(f, w, false)
end

function marks.clear(f, w)
  w.marks = {}
  redis.call('DEL', f.p .. 'marks:' .. w.call)
end

-- When the call must be looked at again although nothing happens; nil: never.
function marks.next_wake(f, w)
  marks.load(f, w)
  local earliest
  local function at(ms)
    if ms and ms > f.now and (not earliest or ms < earliest) then earliest = ms end
  end
  local latest = last(w)
  at(latest and latest + BUSY_COUNTS_MS)
  for _, until_ms in pairs(w.cools) do at(until_ms) end
  if w.exclusive then at(w.prefer_until) end
  return earliest
end
