--[[
purpose:   changes a simulation that is in one of the expected states
guarantee: compares and changes in one step: whoever comes late (a cancelled one's progress) changes nothing; what was to
           be played goes with its end; one that is gone stays gone
keys:      KEYS[1] hash - the simulation
args:      ARGV[1] text - the expected states, each between bars: |waiting|running|; ARGV[2] ms - how long it is kept from
           now; ARGV[3..] fields and their values
returns:   its state afterwards; "" - there is none
]]
local state = redis.call("HGET", KEYS[1], "state")
if not state then
  return ""
end
if not string.find(ARGV[1], "|" .. state .. "|", 1, true) then
  return state
end
redis.call("HSET", KEYS[1], unpack(ARGV, 3))
redis.call("PEXPIRE", KEYS[1], ARGV[2])
state = redis.call("HGET", KEYS[1], "state")
if state ~= "waiting" and state ~= "running" then
  redis.call("HDEL", KEYS[1], "task")
end
return state
