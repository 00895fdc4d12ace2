-- Adds a webhook, unless its tenant has as many as it may or was removed.
-- KEYS[1]  hash: the tenant's webhooks by id   KEYS[2] there is such a key when the tenant was removed
-- ARGV[1]  id   ARGV[2] the webhook   ARGV[3] how many at most
-- Returns 1 when it is there now, 0 when there is no place, -1 when the tenant was removed
if redis.call('EXISTS', KEYS[2]) == 1 then
  return -1
end
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then
    return 0
  end
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
return 1
