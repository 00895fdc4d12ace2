-- Reads a part of a tenant's index of sessions, oldest first; those of one millisecond by id.
-- KEYS[1]  the sorted set of the tenant's sessions
-- ARGV[1]  creation time of the last session before the part, ms, or an empty string for the first part
-- ARGV[2]  id of that session   ARGV[3] how many sessions at most
-- Returns {session id, creation time, ...}; works also when the session before the part is gone
local from = 0
if ARGV[1] ~= '' then
  local rank = redis.call('ZRANK', KEYS[1], ARGV[2])
  if rank and tonumber(redis.call('ZSCORE', KEYS[1], ARGV[2])) == tonumber(ARGV[1]) then
    from = rank + 1
  else
    from = redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. ARGV[1])
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1])) do
      if id > ARGV[2] then
        break
      end
      from = from + 1
    end
  end
end
return redis.call('ZRANGE', KEYS[1], from, from + tonumber(ARGV[3]) - 1, 'WITHSCORES')
