-- Purpose:   Rebuilding: a rep whose leg is live is on that call.
-- Guarantee: A rep whom another call has stays there.
-- KEYS[1]:   hash {site}:floor; beside it the families of that prefix which routing/keys.py lists
-- ARGV[1]:   rep
-- ARGV[2]:   call
-- ARGV[3]:   token
-- Returns:   OK and JSON {matches, decisions, result: is on that call} | NOT_READY
--@include matcher/status
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
return floor.reply(f, matcher.put_on_call(f, ARGV[1], ARGV[2], ARGV[3]))
