-- Appends events to a tenant's stream, each once: the topic's offset tells what was appended already, by whichever owner, and an
-- event's key what is the same event in another record. None is appended after one that is missing. An id is the time of its record,
-- and never falls behind the youngest id: so what Redis has lost gets its id again when it is appended again.
-- KEYS[1]  the tenant's stream
-- KEYS[2]  the tenant's progress
-- KEYS[3]  the keys of events that were seen
-- KEYS[4]  whether the tenant was removed
-- KEYS[5] and following: the indexes of the sessions that the events belong to
-- ARGV[1]  the topic's id
-- ARGV[2]  channel on which the tenant's id is published when something was appended
-- ARGV[3]  tenant id
-- ARGV[4]  the offset of the tenant's last record that the caller has appended; -1 for none
-- ARGV[5]  how far an id may be behind the clock of Redis, ms
-- ARGV[6]  how far it may be ahead of it, ms
-- ARGV[7] and following, 8 for each event, in the order of their offsets:
--          offset, time of its record in ms, hash of the key, number of the session's index in KEYS, session id, type, time in ms, data
-- Returns {'REMOVED'} when the tenant was removed, {'LOST'} when Redis has lost what the caller has appended, in both cases without
-- a change; otherwise {'OK', ...} and for each event '<id> <number>', 'REPEATED' when its key was seen, or 'REPLAYED' when its offset was passed.
if redis.call('EXISTS', KEYS[4]) == 1 then
  return {'REMOVED'}
end
local progress = redis.call('HMGET', KEYS[2], 'topic', 'offset', 'count', 'last')
local passed = -1
if progress[1] == ARGV[1] then
  passed = tonumber(progress[2])
end
if passed < tonumber(ARGV[4]) then
  return {'LOST'}
end
local count = tonumber(progress[3] or '0')
local last = progress[4]
if not last then
  local youngest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  last = youngest and youngest[1] or '0-0'
end
local millis, sequence = string.match(last, '(%d+)-(%d+)')
millis, sequence = tonumber(millis), tonumber(sequence)
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local earliest, latest = now - tonumber(ARGV[5]), now + tonumber(ARGV[6])

local results = {'OK'}
local before = count
local reached = passed
for i = 7, #ARGV, 8 do
  local offset = tonumber(ARGV[i])
  local published = math.max(earliest, math.min(tonumber(ARGV[i + 1]), latest))
  local index = tonumber(ARGV[i + 3])
  if offset <= passed then
    results[#results + 1] = 'REPLAYED'
  elseif redis.call('ZSCORE', KEYS[3], ARGV[i + 2]) then
    results[#results + 1] = 'REPEATED'
  else
    if published > millis then
      millis, sequence = published, 0
    elseif sequence < 999999 then
      sequence = sequence + 1
    else
      millis, sequence = millis + 1, 0
    end
    count = count + 1
    last = string.format('%013d-%06d', millis, sequence)
    redis.call('XADD', KEYS[1], string.format('%d-%d', millis, sequence),
      's', ARGV[i + 4], 't', ARGV[i + 5], 'at', ARGV[i + 6], 'd', ARGV[i + 7], 'n', string.format('%d', count))
    redis.call('ZADD', KEYS[index], 0, last)
    redis.call('ZADD', KEYS[3], millis, ARGV[i + 2])
    results[#results + 1] = last .. ' ' .. string.format('%d', count)
  end
  if offset > reached then
    reached = offset
  end
end
if reached > passed then
  redis.call('HSET', KEYS[2], 'topic', ARGV[1], 'offset', string.format('%d', reached))
end
if count > before then
  redis.call('HSET', KEYS[2], 'count', string.format('%d', count), 'last', last)
  redis.call('PUBLISH', ARGV[2], ARGV[3])
end
return results
