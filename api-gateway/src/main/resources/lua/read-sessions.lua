-- Reads some fields of some sessions of one shard.
-- KEYS[1]  the shard's owner   KEYS[2..] the sessions' hashes
-- ARGV     the names of the fields
-- Returns {1 when a worker owns the shard or 0, the fields of the first session in the order of ARGV, those of the next,
-- ...}; a field that is not there is an empty string
local answer = {redis.call('EXISTS', KEYS[1])}
for i = 2, #KEYS do
  for _, value in ipairs(redis.call('HMGET', KEYS[i], unpack(ARGV))) do
    answer[#answer + 1] = value or ''
  end
end
return answer
