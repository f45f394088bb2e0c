-- Purpose:   What some reps meet, from the active configuration, one after the other.
-- Guarantee: Counters follow; a ready rep is ranked anew and may take a waiting call. After 2 ms it stops behind a rep: others wait no longer.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   version of the demand table
-- ARGV[2…]:  rep, digests '{source}:{JSON}' (the same of JSON: the profile is there), JSON {fits: {demand: fit}, ranked: {demand: [strategy, queue]}, tallies: [name], flexibility, levels: {skill: level}}; and so on
-- Returns:   OK and JSON {matches, decisions, result: how many reps it did} | NOT_READY | STALE_VERSION
--@include matcher/profile
local function digest(both)
  return string.match(both, '[^:]*$')
end
local BUDGET_S = 0.002
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
if floor.stale(f, ARGV[1]) then return floor.refuse('STALE_VERSION') end
local began, done, digests = os.clock(), 0, {}
for i = 2, #ARGV, 3 do
  local known = redis.call('HGET', f.p .. 'profiles', ARGV[i])
  if not known or digest(known) ~= digest(ARGV[i + 1]) then
    matcher.set_profile(f, ARGV[i], cjson.decode(ARGV[i + 2]))
  end
  digests[#digests + 1], digests[#digests + 2] = ARGV[i], ARGV[i + 1]
  done = done + 1
  if os.clock() - began > BUDGET_S then break end
end
redis.call('HSET', f.p .. 'profiles', unpack(digests))
return floor.reply(f, done)
