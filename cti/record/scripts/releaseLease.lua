--[[
purpose:   gives a lease up, so that the next one need not wait for its end
guarantee: never takes the lease from another holder
keys:      KEYS[1] string - the lease; its value is the holder's token
args:      ARGV[1] token - whoever gives up
returns:   1 - released; 0 - was not held by this token
]]
if redis.call("GET", KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call("DEL", KEYS[1])
