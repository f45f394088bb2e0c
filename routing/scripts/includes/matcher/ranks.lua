--@include matcher/duty
-- The order of ready reps in one demand's set: members are what its strategy compares, in order, and the rep's id. Each
-- part is of fixed width, and less is better.
local ranks = {}
local COMPARED = {
  best_fit = {'best_fit', 'longest_idle'},
  longest_idle = {'longest_idle'},
  round_robin = {'round_robin'},
  least_occupied = {'least_occupied', 'longest_idle'},
  least_flexible = {'least_flexible', 'best_fit', 'longest_idle'},
}

-- Each is handed the rep, their profile, and the demand's place in it: {fit, strategy, queue}.
local PART = {
  best_fit = function(_, _, _, place) return string.format('%06d', 999999 - place.fit) end,
  longest_idle = function(_, r) return string.format('%013d', r.ready) end,
  round_robin = function(f, r, _, place) return string.format('%013d', ranks.asked(f, r, place.queue)) end,
  least_occupied = function(_, r) return string.format('%04d', r.occupied) end,
  least_flexible = function(_, _, profile) return string.format('%06d', profile.flexibility) end,
}

-- When the rep was last offered a call of that queue, in ms; 0: never.
function ranks.asked(f, r, queue)
  return tonumber(redis.call('HGET', f.p .. 'asked:' .. r.id, queue) or '0')
end

function ranks.note_asked(f, r, queue)
  redis.call('HSET', f.p .. 'asked:' .. r.id, queue, f.now)
end

-- The rep's place in a demand's ready set; `r.ready` and `r.occupied` are those it stands or shall stand under.
function ranks.member(f, r, profile, demand)
  local place = profile.places[demand]
  local parts = {}
  for _, name in ipairs(COMPARED[place.strategy]) do parts[#parts + 1] = PART[name](f, r, profile, place) end
  return table.concat(parts, ':') .. ':' .. r.id
end

function ranks.rep_of(member)
  return string.match(member, '[^:]+$')
end

-- What told the first member from the second, which may be nil.
function ranks.how_won(strategy, first, second)
  if not second then return 'only_one' end
  local others = string.gmatch(second, '[^:]+')
  local i = 0
  for part in string.gmatch(first, '[^:]+') do
    i = i + 1
    if part ~= others() then return COMPARED[strategy][i] or 'lowest_id' end
  end
end

-- What the strategy looked at beyond fit and idle time, for explanations; nil: nothing, or never asked.
function ranks.looked_at(f, w, r, profile, how)
  if how == 'freed' or how == 'preferred' then return nil end
  if w.strategy == 'least_flexible' then return profile.flexibility end
  if w.strategy == 'least_occupied' then return r.occupied end
  local asked = w.strategy == 'round_robin' and ranks.asked(f, r, w.queue) or 0
  return asked > 0 and f.now - asked or nil
end
