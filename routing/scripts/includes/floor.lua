-- The floor's marker and the form of an answer.
local floor = {}

-- The context of one atomic step behind KEYS[1] (`{site}:floor`); nil while the floor is being rebuilt.
-- `clock_ms` is set by tests alone: it freezes the floor's time so that hours pass in an instant.
function floor.open(key)
  local marker = redis.call('HMGET', key, 'epoch', 'version', 'clock_ms', 'settled', 'renewing')
  if not marker[1] then return nil end
  local time = redis.call('TIME')
  local real = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  return {
    p = string.sub(key, 1, -6), now = tonumber(marker[3]) or real, real = real,
    epoch = marker[1], version = tonumber(marker[2]), matches = {}, decisions = {},
    settled = tonumber(marker[4]) or 0, renewing = marker[5] ~= false, take_over_ms = 1000, reps = {}, waits = {}, profiles = {},
  }
end

function floor.stale(f, version)
  return f.version ~= tonumber(version)
end

-- A demand table is being written, and whoever does it is alive.
function floor.note_renewing(f)
  redis.call('HSET', f.p .. 'floor', 'renewing', f.real)
end

function floor.refuse(code)
  return {code}
end

function floor.reply(f, result)
  return {'OK', cjson.encode({matches = f.matches, decisions = f.decisions, result = result})}
end

-- A reply's flat {field, value, …} as a table; nil for no fields.
function floor.map(flat)
  if #flat == 0 then return nil end
  local map = {}
  for i = 1, #flat, 2 do map[flat[i]] = flat[i + 1] end
  return map
end

-- The command on the key with all of the arguments, of which any number may be given; they go together in twos.
function floor.call_many(command, key, arguments)
  for start = 1, #arguments, 1000 do
    redis.call(command, key, unpack(arguments, start, math.min(start + 999, #arguments)))
  end
end
