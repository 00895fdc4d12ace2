-- Writes down how far the deliveries to a webhook are, all of it or nothing.
-- KEYS[1] hash of the tenant's webhooks
-- KEYS[2] the dispatcher's state of the webhook
-- KEYS[3] hash of its sessions that are behind
-- KEYS[4] the same of its replay
-- KEYS[5] sorted set of events that were given up
-- KEYS[6] stream of attempts
-- KEYS[7] the webhook's status
-- KEYS[8] hash of its replays
-- ARGV[1] webhook id
-- ARGV[2] token with which the caller took the webhook
-- ARGV[3] id of the caller's last save, or an empty string
-- ARGV[4] id of this save, that no other has
-- ARGV[5] JSON: full (whether it stands by itself, or builds on the last one), state, behind, caughtUp, replayBehind,
--         replayCaughtUp, dead, alive, deadBefore, expired, log, logEntries, logMillis, logSince, status, unset, replay, replayDone
-- Returns OK, also when this very save was done already; FENCED when somebody else took the webhook; GONE when it was deleted;
-- LOST when Redis does not have the last save any more, and a full one is needed.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return 'GONE'
end
local stored = redis.call('HMGET', KEYS[2], 'owner', 'save')
if stored[1] ~= ARGV[2] then
  return 'FENCED'
end
if stored[2] == ARGV[4] then
  return 'OK'
end
local changes = cjson.decode(ARGV[5])
if changes.full then
  redis.call('DEL', KEYS[3], KEYS[4])
elseif (stored[2] or '') ~= ARGV[3] then
  return 'LOST'
end
redis.call('HSET', KEYS[2], 'save', ARGV[4])
-- Before the state, which may be that of the next one.
for _, id in ipairs(changes.replayDone) do
  redis.call('HDEL', KEYS[8], id)
  redis.call('HDEL', KEYS[2], 'replay', 'replay_position')
  redis.call('DEL', KEYS[4])
end
for name, value in pairs(changes.state) do
  redis.call('HSET', KEYS[2], name, value)
end
for session, pointer in pairs(changes.behind) do
  redis.call('HSET', KEYS[3], session, pointer)
end
for _, session in ipairs(changes.caughtUp) do
  redis.call('HDEL', KEYS[3], session)
end
for session, pointer in pairs(changes.replayBehind) do
  redis.call('HSET', KEYS[4], session, pointer)
end
for _, session in ipairs(changes.replayCaughtUp) do
  redis.call('HDEL', KEYS[4], session)
end
for _, id in ipairs(changes.alive) do
  redis.call('ZREM', KEYS[5], id)
end
for _, id in ipairs(changes.dead) do
  redis.call('ZADD', KEYS[5], 0, id)
end
redis.call('ZREMRANGEBYLEX', KEYS[5], '-', '(' .. changes.deadBefore)
if changes.expired > 0 then
  redis.call('HINCRBY', KEYS[2], 'expired', string.format('%d', changes.expired))
end
for _, attempt in ipairs(changes.log) do
  redis.call('XADD', KEYS[6], 'MAXLEN', '~', changes.logEntries, '*', 'attempt', attempt)
end
if #changes.log > 0 then
  redis.call('XTRIM', KEYS[6], 'MINID', '~', changes.logSince)
  redis.call('PEXPIRE', KEYS[6], changes.logMillis)
end
for name, value in pairs(changes.status) do
  redis.call('HSET', KEYS[7], name, value)
end
for _, name in ipairs(changes.unset) do
  redis.call('HDEL', KEYS[7], name)
end
redis.call('HSET', KEYS[7], 'dead',
  string.format('%d', redis.call('ZCARD', KEYS[5]) + (tonumber(redis.call('HGET', KEYS[2], 'expired')) or 0)))
for id, replay in pairs(changes.replay) do
  if redis.call('HEXISTS', KEYS[8], id) == 1 then
    redis.call('HSET', KEYS[8], id, replay)
  end
end
return 'OK'
