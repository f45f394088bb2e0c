-- Purpose:   Where a waiting call stands in its demand's line.
-- Guarantee: Changes nothing; a call that waits for one rep, or is offered, is counted at the place it would have.
-- KEYS[1]:   hash {site}:floor; beside it wait:{call} (hash) and line:{demand} (zset)
-- ARGV[1]:   call
-- Returns:   OK and JSON {result: {place: from 1, length: calls in the line}, or none} | NOT_READY
--@include matcher/lines
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
local w = lines.of(f, ARGV[1])
if not w or w.state == 'taken' then return floor.reply(f) end
local line = f.p .. 'line:' .. w.demand
local stands = redis.call('ZSCORE', line, w.member) and 0 or 1
return floor.reply(f, {
  place = redis.call('ZLEXCOUNT', line, '-', '(' .. w.member) + 1,
  length = redis.call('ZCARD', line) + stands,
})
