-- Purpose:   What many reps meet by a new demand table, together.
-- Guarantee: As setProfiles one after the other; it stops before a rep who meets a call by it, by whom a call has to be looked at again, or whose profile is not the one that was seen.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   version of the demand table
-- ARGV[2]:   first rep to do, from 1: those before are done
-- ARGV[3]:   JSON as of routing/profile_changes.py: {reps: [rep], seen, sources: [digest], sizes: [bytes], changes: [[demand, strategy, queue, gained, moved, lost]], gone: {demand: [index]}, came, went: {counter: [index]}}
-- ARGV[4]:   the profiles, JSON as of setProfiles, of these sizes one behind the other
-- Returns:   OK and JSON {result: {next: the first rep who is not done, us: how long it took}} | NOT_READY | STALE_VERSION
--@include matcher/renewal
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
if floor.stale(f, ARGV[1]) then return floor.refuse('STALE_VERSION') end
local began = os.clock()
if f.renewing then floor.note_renewing(f) end
local next = renewal.renew(f, cjson.decode(ARGV[3]), ARGV[4], tonumber(ARGV[2]))
return floor.reply(f, {next = next, us = math.floor((os.clock() - began) * 1000000)})
