-- Holds a place among a tenant's messages of a day, unless the plan's limit is reached. Counts the holds that have lapsed as
-- sent: nobody settled them, since their gateway died, and a worker may have sent their messages.
-- KEYS[1]  the day's usage   KEYS[2] holds: members "<hold id>:<field of the usage>" by the time at which they lapse, ms
-- ARGV[1]  hold id   ARGV[2] field that the message counts in   ARGV[3] limit, or an empty string for none
-- ARGV[4]  now, ms   ARGV[5] ms that the hold lasts   ARGV[6] ms that both keys are kept
-- Returns {1 held or 0, messages counted and held without this}
for _, hold in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[4], 'LIMIT', 0, 100)) do
  redis.call('ZREM', KEYS[2], hold)
  redis.call('HINCRBY', KEYS[1], string.match(hold, ':(%a+)$'), 1)
  redis.call('PEXPIRE', KEYS[1], ARGV[6])
end
local mine = ARGV[1] .. ':' .. ARGV[2]
local held = redis.call('ZSCORE', KEYS[2], mine)
local counted = redis.call('HMGET', KEYS[1], 'messages', 'media')
local used = tonumber(counted[1] or '0') + tonumber(counted[2] or '0') + redis.call('ZCARD', KEYS[2]) - (held and 1 or 0)
if not held then
  if ARGV[3] ~= '' and used >= tonumber(ARGV[3]) then
    return {0, used}
  end
  redis.call('ZADD', KEYS[2], tonumber(ARGV[4]) + tonumber(ARGV[5]), mine)
  redis.call('PEXPIRE', KEYS[2], ARGV[6])
end
return {1, used}
