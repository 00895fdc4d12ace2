-- Makes the caller the one who delivers to a webhook: whoever did before is refused from now on.
-- KEYS[1] hash of the tenant's webhooks
-- KEYS[2] the dispatcher's state of the webhook
-- KEYS[3] hash of its sessions that are behind
-- KEYS[4] the same of its replay
-- KEYS[5] the webhook's status
-- ARGV[1] webhook id
-- ARGV[2] token that no other call has
-- Returns nothing when there is no such webhook, else the fields and values of the four hashes as four lists.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return {}
end
redis.call('HSET', KEYS[2], 'owner', ARGV[2])
return {
  redis.call('HGETALL', KEYS[2]),
  redis.call('HGETALL', KEYS[3]),
  redis.call('HGETALL', KEYS[4]),
  redis.call('HGETALL', KEYS[5]),
}
