--@include floor
-- A rep's sockets, by the ms at which each counts as lost.
local sockets = {}
local SOCKET_MS = 10000

-- The socket answered. True when the rep counted as connected already, and nothing else is to be done.
function sockets.touch(f, rep, socket)
  redis.call('ZADD', f.p .. 'sockets:' .. rep, f.now + SOCKET_MS, socket)
  redis.call('ZADD', f.p .. 'deadlines', f.now + SOCKET_MS, 'presence:' .. rep)
  return redis.call('HGET', f.p .. 'rep:' .. rep, 'connected') == '1'
end

-- When the last of the rep's sockets counts as lost; nil: none lives.
function sockets.alive_until(f, rep)
  local key = f.p .. 'sockets:' .. rep
  redis.call('ZREMRANGEBYSCORE', key, '-inf', f.now)
  return tonumber(redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2])
end
