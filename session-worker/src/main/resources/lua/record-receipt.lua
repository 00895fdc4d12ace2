-- Fenced. Notes a receipt of the recipient's phone; a message that was read stays read.
-- KEYS[2]  the command's record
-- ARGV[2]  receipt
-- Returns {'OK'}, also when there is no record: the message was not sent through us, or is older than 24 h
if redis.call('EXISTS', KEYS[2]) == 1 and redis.call('HGET', KEYS[2], 'receipt') ~= 'READ' then
  redis.call('HSET', KEYS[2], 'receipt', ARGV[2])
end
return {'OK'}
