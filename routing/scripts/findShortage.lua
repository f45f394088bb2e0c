-- Purpose:   Whether anybody on duty could ever take a waiting call.
-- Guarantee: Changes nothing.
-- KEYS[1]:   hash {site}:floor; beside it wait:{call} (hash), counts (hash), rep:{rep} (hash)
-- ARGV[1]:   call
-- Returns:   OK and JSON {result: {unmet, gone: nobody of its queues is on duty or away}, or none: not waiting} | NOT_READY
--@include matcher/claims
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
local w = lines.of(f, ARGV[1])
if not w or w.state ~= 'waiting' then return floor.reply(f) end
return floor.reply(f, {unmet = shortage.of(f, w), gone = shortage.is_gone(f, w)})
