-- Purpose:   What some reps meet, from the active configuration, one after the other.
-- Guarantee: Counters follow; a ready rep is ranked anew and may take a waiting call. After 2 ms it stops behind a rep: others wait no longer.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   version of the demand table
-- ARGV[2…]:  rep, digest of what the profile is made of, JSON {source, fits: {demand: fit}, ranked: {demand: [strategy, queue]}, tallies: [name], flexibility, levels: {skill: level}}; and so on
-- Returns:   OK and JSON {matches, decisions, result: how many reps it did} | NOT_READY | STALE_VERSION
--@include matcher/profile
local BUDGET_S = 0.002
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
if floor.stale(f, ARGV[1]) then return floor.refuse('STALE_VERSION') end
local began, done = os.clock(), 0
if f.renewing then floor.note_renewing(f) end
for i = 2, #ARGV, 3 do
  matcher.set_profile(f, ARGV[i], ARGV[i + 1], ARGV[i + 2])
  done = done + 1
  if os.clock() - began > BUDGET_S then break end
end
return floor.reply(f, done)
