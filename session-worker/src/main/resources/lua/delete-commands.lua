-- Fenced. Removes some of a session's commands.
-- KEYS[2]   the session's commands
-- KEYS[3..] the records of the commands
-- ARGV[2..] the ids of the same commands
-- Returns {'OK'}
for i = 3, #KEYS do
  redis.call('UNLINK', KEYS[i])
  redis.call('ZREM', KEYS[2], ARGV[i - 1])
end
return {'OK'}
