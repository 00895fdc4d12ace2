-- Holds a part of a tenant's number checks of a month, unless that much is not left.
-- KEYS[1]  checks charged   KEYS[2] holds: members "<hold id>:<numbers>" by the time at which they lapse, ms
-- ARGV[1]  hold id   ARGV[2] numbers   ARGV[3] limit   ARGV[4] now, ms   ARGV[5] ms that the hold lasts
-- ARGV[6]  ms that both keys are kept
-- Returns {1 held or 0, checks charged and held without this}
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[4])
local mine = ARGV[1] .. ':' .. ARGV[2]
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
for _, hold in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  if hold ~= mine then
    used = used + tonumber(string.match(hold, ':(%d+)$'))
  end
end
if used + tonumber(ARGV[2]) > tonumber(ARGV[3]) then
  return {0, used}
end
redis.call('ZADD', KEYS[2], tonumber(ARGV[4]) + tonumber(ARGV[5]), mine)
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return {1, used}
