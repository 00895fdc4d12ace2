-- Removes the oldest events of a tenant, up to one.
-- KEYS[1]  the tenant's stream
-- KEYS[2]  the tenant's progress
-- KEYS[3]  the keys of events that were seen
-- KEYS[4] and following: the indexes of the sessions that the events belong to
-- ARGV[1]  entry id of the youngest event that goes
-- Returns how many were removed.
local millis, sequence = string.match(ARGV[1], '(%d+)-(%d+)')
local id = string.format('%013d-%06d', tonumber(millis), tonumber(sequence))
local next = string.format('%d-%d', tonumber(millis), tonumber(sequence) + 1)
local removed = redis.call('XTRIM', KEYS[1], 'MINID', '=', next)
for i = 4, #KEYS do
  redis.call('ZREMRANGEBYLEX', KEYS[i], '-', '[' .. id)
end
-- Events that are kept may be of the same millisecond.
local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
local shared = oldest and string.match(oldest[1], '^(%d+)-') == millis
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', (shared and '(' or '') .. millis)
local trimmed = redis.call('HGET', KEYS[2], 'trimmed')
if removed > 0 and (not trimmed or trimmed < id) then
  redis.call('HSET', KEYS[2], 'trimmed', id)
end
return removed
