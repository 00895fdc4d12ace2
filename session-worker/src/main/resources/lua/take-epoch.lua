-- Takes a shard: from now on every earlier epoch is refused.
-- KEYS[1]  the shard's epoch
-- KEYS[2]  the shard's owner
-- ARGV[1]  worker id
-- ARGV[2]  the owner's time to live, ms
-- Returns {epoch}: the stored one plus one, or Redis' time in µs when that is higher, so that an epoch is never lower
-- than an earlier one even when Redis has lost its last writes.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local epoch = math.max(tonumber(redis.call('GET', KEYS[1]) or '0') + 1, now)
local text = string.format('%.0f', epoch)
redis.call('SET', KEYS[1], text)
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return {text}
