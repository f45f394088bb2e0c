--[[
purpose:   puts a simulation in line, and lets go of the oldest that are over
guarantee: never more than ARGV[3] wait; of all, those that wait or run are never let go of
keys:      KEYS[1] list - ids that wait; KEYS[2] zset - all ids, by when they were asked for; KEYS[3] hash - the simulation
args:      ARGV[1] id; ARGV[2] ms - when it was asked for; ARGV[3] count - how many may wait; ARGV[4] count - how many are
           kept; ARGV[5] ms - how long it is kept; ARGV[6] text - what a simulation's key begins with; ARGV[7..] fields
           and their values
returns:   1 - it waits; 0 - too many wait, nothing was changed
]]
if redis.call("LLEN", KEYS[1]) >= tonumber(ARGV[3]) then
  return 0
end
redis.call("HSET", KEYS[3], unpack(ARGV, 7))
redis.call("PEXPIRE", KEYS[3], ARGV[5])
redis.call("RPUSH", KEYS[1], ARGV[1])
redis.call("ZADD", KEYS[2], ARGV[2], ARGV[1])
for _, old in ipairs(redis.call("ZRANGE", KEYS[2], 0, -1 - tonumber(ARGV[4]))) do
  local state = redis.call("HGET", ARGV[6] .. old, "state")
  if state ~= "waiting" and state ~= "running" then
    redis.call("DEL", ARGV[6] .. old)
    redis.call("ZREM", KEYS[2], old)
  end
end
return 1
