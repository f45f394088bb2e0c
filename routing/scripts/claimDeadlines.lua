-- Purpose:   Hands what is due to one worker.
-- Guarantee: A member handed out is due again after the lease, unless whoever carries it out removes or moves it.
-- KEYS[1]:   hash {site}:floor
-- KEYS[2]:   zset {site}:deadlines, by ms
-- ARGV[1]:   most members handed out
-- ARGV[2]:   lease, ms
-- Returns:   OK and JSON {result: {due: [member], next_in: ms until the next one, or none}} | NOT_READY
--@include floor
local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
local due = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', f.now, 'LIMIT', 0, ARGV[1])
for _, member in ipairs(due) do redis.call('ZADD', KEYS[2], f.now + tonumber(ARGV[2]), member) end
local head = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
return floor.reply(f, {due = due, next_in = head[2] and math.max(0, tonumber(head[2]) - f.now)})
