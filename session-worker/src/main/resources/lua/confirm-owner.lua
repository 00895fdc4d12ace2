-- Fenced. Confirms an ownership and keeps the owner's key alive.
-- KEYS[2]  the shard's owner
-- ARGV[2]  worker id
-- ARGV[3]  time to live, ms
-- Returns {'OK'}
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return {'OK'}
