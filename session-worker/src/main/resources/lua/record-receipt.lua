-- Fenced. Notes what the recipient's phone told of a message; a message that was read stays read.
-- KEYS[2] the command's record
-- ARGV[2] receipt
-- returns {'OK'}, also when there is no record: the message was not sent through us, or 24 h ago.
if redis.call('EXISTS', KEYS[2]) == 1 and redis.call('HGET', KEYS[2], 'receipt') ~= 'READ' then
  redis.call('HSET', KEYS[2], 'receipt', ARGV[2])
end
return {'OK'}
