--[[
purpose:   takes a counted attempt back, because the password was right
guarantee: the account starts afresh; the address gets back this one attempt only, and never falls below none
keys:      KEYS[1] string - attempts for one account; KEYS[2] string - attempts from one address
returns:   attempts that are left counted for the address
]]
redis.call("DEL", KEYS[1])
local made = tonumber(redis.call("GET", KEYS[2]) or "0")
if made < 1 then
  return 0
end
return redis.call("DECR", KEYS[2])
