--[[
purpose:   takes a lease that nobody holds, or prolongs one's own
guarantee: at most one token holds the lease at any instant of this server
keys:      KEYS[1] string - the lease; its value is the holder's token
args:      ARGV[1] token - whoever asks; ARGV[2] ms - how long the lease lasts from now
returns:   1 - held; 0 - somebody else holds it
]]
local holder = redis.call("GET", KEYS[1])
if holder and holder ~= ARGV[1] then
  return 0
end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1
