--[[
Purpose    All that a rep's desk shows, with the cursor of the last event that it contains.
Guarantee  State and cursor are of one moment: every event behind the cursor is later than the state. Changes nothing.
KEYS[1]    hash    floor
KEYS[2]    hash    rep:{rep}
KEYS[3]    stream  events:{rep}
           Reads ``call:{call}`` (hash) of the rep's call.
ARGV[1]    stream id of the last event that the desk has seen, or empty
Returns    {'DESK', epoch, now (ms), id of the last event, 1 when the stream goes on from ARGV[1] without a gap, fields of
           the rep (flat), call as JSON or ''} | {'NOT_READY'}
]]
--@include floor

local f = floor.open(KEYS[1])
if not f then return floor.refuse('NOT_READY') end
local rep = redis.call('HGETALL', KEYS[2])
local held = floor.map(rep)
local call = ''
if held and held.call ~= '' then
  call = redis.call('HGET', f.p .. 'call:' .. held.call, 'doc') or ''
end
local newest = redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1)[1]
local last = newest and newest[1] or '0-0'
local seen = ARGV[1]
local whole = seen ~= '' and (seen == last or #redis.call('XRANGE', KEYS[3], seen, seen) == 1)
return { 'DESK', f.epoch, f.now, last, whole and 1 or 0, rep, call }
