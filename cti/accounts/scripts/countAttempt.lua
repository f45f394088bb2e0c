--[[
purpose:   counts an attempt to log in, before the password is looked at
guarantee: counting and judging are one act, so that attempts made at once cannot slip through; a limited attempt
           counts nothing and prolongs nothing; every counter ends by itself
keys:      KEYS[1] string - attempts for one account; KEYS[2] string - attempts from one address
args:      ARGV[1] most for the account; ARGV[2] most for the address; ARGV[3] ms - how long a counter lives
returns:   0 - counted, go on; else ms - until the counter that is full ends
]]
for index = 1, 2 do
  local made = tonumber(redis.call("GET", KEYS[index]) or "0")
  if made >= tonumber(ARGV[index]) then
    return math.max(1, redis.call("PTTL", KEYS[index]))
  end
end
for index = 1, 2 do
  if redis.call("INCR", KEYS[index]) == 1 then
    redis.call("PEXPIRE", KEYS[index], ARGV[3])
  end
end
return 0
