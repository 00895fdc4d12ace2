-- Takes mails that are due: nobody else gets them for a while, after which they are due again.
-- KEYS[1]  sorted set: ids of mails by the time at which they are due, in ms by Redis's clock   KEYS[2] hash: mails by id
-- KEYS[3]  hash: how often each was taken
-- ARGV[1]  how many at most   ARGV[2] ms for which they are taken
-- Returns id, mail and how often it was taken, this time included, for each by turns
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local taken = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, tonumber(ARGV[1]))) do
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), id)
  taken[#taken + 1] = id
  taken[#taken + 1] = redis.call('HGET', KEYS[2], id) or ''
  taken[#taken + 1] = redis.call('HINCRBY', KEYS[3], id, 1)
end
return taken
