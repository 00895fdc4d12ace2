-- Removes a webhook and what is known of its deliveries.
-- KEYS[1]  hash: the tenant's webhooks by id   KEYS[2...] keys of this webhook alone
-- ARGV[1]  id
-- Returns 1
redis.call('HDEL', KEYS[1], ARGV[1])
for i = 2, #KEYS do
  redis.call('UNLINK', KEYS[i])
end
return 1
