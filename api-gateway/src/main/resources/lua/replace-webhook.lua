-- Changes a webhook, unless somebody else has changed it meanwhile.
-- KEYS[1]  hash: the tenant's webhooks by id   KEYS[2] hash: how delivery to it goes
-- ARGV[1]  id   ARGV[2] the webhook as it was read   ARGV[3] as it is to be
-- ARGV[4]  ENABLE to deliver to it again whatever stopped that, DISABLE to stop it, NONE to leave that
-- Returns 1 when it is changed, 0 when it was changed meanwhile, -1 when it is gone
local now = redis.call('HGET', KEYS[1], ARGV[1])
if not now then
  return -1
end
if now ~= ARGV[2] then
  return now == ARGV[3] and 1 or 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
if ARGV[4] == 'ENABLE' then
  redis.call('HDEL', KEYS[2], 'state', 'disabled_reason', 'failing_since')
elseif ARGV[4] == 'DISABLE' then
  redis.call('HSET', KEYS[2], 'state', 'disabled', 'disabled_reason', 'owner')
end
return 1
