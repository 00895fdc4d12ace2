-- Takes one request out of a key's token bucket (GCRA: one number, the time at which the bucket will be full again).
-- KEYS[1]  the bucket: that time, in µs since the epoch by Redis's own clock
-- ARGV[1]  requests in a full bucket
-- ARGV[2]  ms in which an empty bucket fills up
-- Returns {1 allowed or 0, requests left, ms until there is one, ms until the bucket is full}
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local window = tonumber(ARGV[2]) * 1000
local cost = math.floor(window / tonumber(ARGV[1]))

local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local missing = full_at - now
if missing + cost > window then
  return {0, 0, math.ceil((missing + cost - window) / 1000), math.ceil(missing / 1000)}
end
missing = missing + cost
redis.call('SET', KEYS[1], string.format('%.0f', now + missing), 'PX', math.ceil(missing / 1000))
return {1, math.floor((window - missing) / cost), 0, math.ceil(missing / 1000)}
