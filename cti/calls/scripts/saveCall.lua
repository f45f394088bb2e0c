--[[
Purpose    Saves a call by compare-and-set on its version, together with everything that its step does on the floor.
Guarantee  All or nothing: version and reservation are checked before the first write. The rep's events are written in
           the order of the acts; each note goes to the record stream under the next (epoch, seq) of the call.
KEYS[1]    hash    call:{call}
KEYS[2]    hash    floor
           The acts touch the families of ``routing/keys.py`` that derive from KEYS[2]'s prefix.
ARGV[1]    call id
ARGV[2]    version the caller read; 0: the call must not exist
ARGV[3]    the call as JSON
ARGV[4]    'queued' while the caller fetches wait documents, 'open', or 'ended'
ARGV[5]    arrival, ms
ARGV[6]    acts: JSON array of [name, ...], see ``redis_store.py``
ARGV[7]    deadlines: JSON object, kind -> ms since the Unix epoch, 0 to remove
ARGV[8]    notes: JSON array of [kind, data as JSON text]
ARGV[9]   summary row: JSON text, written with the last note
ARGV[10]   version of the demand table the acts were computed for
ARGV[11]   the number that the caller is, or was, to be called back at; '' for most calls
ARGV[12]   'promised' by this step, 'kept' from before, or '' where the caller is not to be called back (any more)
ARGV[13]   the queue for which that is
Returns    {'SAVED', version, matches as JSON} | {'CONFLICT'} | {'OFFER_GONE'} |
           {'NUMBER_TAKEN'}, another open call is to be called back there for that queue |
           {'NOT_READY'} | {'STALE_VERSION'}
]]
--@include matcher/offers

local f = floor.open(KEYS[2])
if not f then return floor.refuse('NOT_READY') end
local id = ARGV[1]
local held = tonumber(redis.call('HGET', KEYS[1], 'v') or '0')
if held ~= tonumber(ARGV[2]) then
  return floor.refuse('CONFLICT')
end
local acts = cjson.decode(ARGV[6])
for _, act in ipairs(acts) do
  local name = act[1]
  if name == 'claim' and floor.stale(f, ARGV[10]) then return floor.refuse('STALE_VERSION') end
  if (name == 'confirm' or name == 'accept') and not matcher.check_offer(f, act[2]) then
    return floor.refuse('OFFER_GONE')
  end
end

local promises, queue = f.p .. 'callbacks:' .. ARGV[11], ARGV[13]
local promised = ARGV[11] ~= '' and redis.call('HGET', promises, queue)
local others = promised and promised ~= id and redis.call('ZSCORE', f.p .. 'calls', promised)
if others and ARGV[12] == 'promised' then return floor.refuse('NUMBER_TAKEN') end
if ARGV[11] ~= '' and ARGV[12] ~= '' and not others then
  redis.call('HSET', promises, queue, id)
  redis.call('EXPIRE', promises, 691200) -- a day more than a place is kept at most
elseif promised == id and ARGV[12] == '' then
  redis.call('HDEL', promises, queue)
end

local perform = {
  claim = function(act) matcher.claim(f, act[2]) end,
  leave = function() matcher.leave(f, id) end,
  confirm = function(act) matcher.confirm(f, act[2]) end,
  accept = function(act) matcher.accept(f, act[2]) end,
  settle = function(act) matcher.settle(f, act[2], act[3], act[4]) end,
  finish = function(act) matcher.finish(f, act[2], true) end,
  free = function(act) matcher.free(f, act[2], id) end,
  tell = function(act) events.push(f, act[2], act[3]) end,
}
for _, act in ipairs(acts) do
  perform[act[1]](act)
end

local version = held + 1
redis.call('HSET', KEYS[1], 'v', version, 'doc', ARGV[3])
for kind, due in pairs(cjson.decode(ARGV[7])) do
  local member = 'call:' .. id .. ':' .. kind
  if due == 0 then
    redis.call('ZREM', f.p .. 'deadlines', member)
  else
    redis.call('ZADD', f.p .. 'deadlines', due, member)
  end
end
if ARGV[4] ~= 'queued' then redis.call('ZREM', f.p .. 'heartbeats', id) end
if ARGV[4] == 'ended' then
  redis.call('ZREM', f.p .. 'calls', id)
  redis.call('EXPIRE', KEYS[1], 86400)
else
  redis.call('ZADD', f.p .. 'calls', ARGV[5], id)
end

local notes = cjson.decode(ARGV[8])
local decision = f.decisions[id]
if decision then notes[#notes + 1] = { 'decision', cjson.encode(decision) } end
for index, note in ipairs(notes) do
  local seq = redis.call('HINCRBY', KEYS[1], 'seq', 1)
  redis.call('XADD', f.p .. 'record', '*', 'call', id, 'epoch', f.epoch, 'seq', seq, 'at', f.now, 'kind', note[1],
    'data', note[2], 'summary', index == #notes and ARGV[9] or '')
end
return { 'SAVED', version, cjson.encode(f.matches) }
