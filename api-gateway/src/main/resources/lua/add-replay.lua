-- Adds a replay to a webhook, unless it has as many as it may.
-- KEYS[1]  hash: the tenant's webhooks by id   KEYS[2] hash: the webhook's replays by id
-- ARGV[1]  id of the webhook   ARGV[2] id of the replay   ARGV[3] the replay   ARGV[4] how many at most
-- Returns 1 when it is there now, 0 when there is no place, -1 when the webhook is gone
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return -1
end
if redis.call('HEXISTS', KEYS[2], ARGV[2]) == 0 then
  if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[4]) then
    return 0
  end
  redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
end
return 1
