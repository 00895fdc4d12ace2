-- Takes notices for a while that nobody else has taken.
-- KEYS[1]  set of notices   KEYS[2] sorted set: those that are taken, by the time until which, in ms by Redis's clock
-- ARGV[1]  how many at most   ARGV[2] for how long, ms
-- Returns the notices
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local taken = {}
for _, notice in ipairs(redis.call('SRANDMEMBER', KEYS[1], ARGV[1])) do
  local lease = redis.call('ZSCORE', KEYS[2], notice)
  if not lease or tonumber(lease) <= now then
    redis.call('ZADD', KEYS[2], now + ARGV[2], notice)
    taken[#taken + 1] = notice
  end
end
return taken
