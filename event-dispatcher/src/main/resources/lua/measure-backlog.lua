-- Counts the events of a tenant that were neither delivered to a webhook nor given up.
-- KEYS[1] stream of events
-- KEYS[2] hash with the stream's count
-- KEYS[3] and following: the indexes of the sessions that are behind the webhook's position
-- ARGV[1] id of the entry at the position
-- ARGV[2] the position's id, as in ZLEXCOUNT
-- ARGV[3] and following: of each of those sessions where it is, as in ZLEXCOUNT
-- Returns the number, and the id of the oldest event after the position or an empty string.
local next = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', 1)[1]
local backlog = 0
local oldest = ''
if next then
  oldest = next[1]
  for i = 1, #next[2], 2 do
    if next[2][i] == 'n' then
      backlog = (tonumber(redis.call('HGET', KEYS[2], 'count')) or 0) - tonumber(next[2][i + 1]) + 1
    end
  end
end
for i = 3, #KEYS do
  backlog = backlog + redis.call('ZLEXCOUNT', KEYS[i], ARGV[i], ARGV[2])
end
return { string.format('%d', backlog), oldest }
