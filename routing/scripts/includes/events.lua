-- A rep's stream: what a desk must not miss.
local events = {}
local EVENTS_KEPT_MS = 15 * 60 * 1000

-- Appends one JSON text to the rep's stream, drops what is older than 15 min, wakes the readers.
function events.push(f, rep, json)
  redis.call('XADD', f.p .. 'events:' .. rep, 'MINID', '~', f.real - EVENTS_KEPT_MS, '*', 'e', json)
  redis.call('PUBLISH', f.p .. 'wake:' .. rep, '1')
end
