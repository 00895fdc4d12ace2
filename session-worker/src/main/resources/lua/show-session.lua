-- Fenced. Publishes a session's state, its QR code included.
-- KEYS[2]  the session's record
-- KEYS[3]  its QR code
-- ARGV[2]  status
-- ARGV[3]  phone number, or empty to keep the one before
-- ARGV[4]  failure, or empty
-- ARGV[5]  QR code, or empty
-- ARGV[6]  for how long the code can be handed out, ms
-- ARGV[7]  what WhatsApp wants signed by a passkey, or empty
-- ARGV[8]  until when the account may begin no new chats, ms since 1970, or empty
-- Returns {'OK', 'SHOWN', what its tenant heard last or empty}, or {'OK', 'MISSING'} when the session does not exist any more
if redis.call('EXISTS', KEYS[2]) == 0 then
  return {'OK', 'MISSING'}
end
redis.call('HSET', KEYS[2], 'status', ARGV[2])
-- Only a confirmed session is started; Redis may have lost that it is.
redis.call('HDEL', KEYS[2], 'confirm_by')
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[2], 'phone_number', ARGV[3])
end
if ARGV[4] ~= '' then
  redis.call('HSET', KEYS[2], 'failure', ARGV[4])
else
  redis.call('HDEL', KEYS[2], 'failure')
end
if ARGV[7] ~= '' then
  redis.call('HSET', KEYS[2], 'passkey', ARGV[7])
else
  redis.call('HDEL', KEYS[2], 'passkey')
end
if ARGV[8] ~= '' then
  redis.call('HSET', KEYS[2], 'new_chats_restricted_until', ARGV[8])
else
  redis.call('HDEL', KEYS[2], 'new_chats_restricted_until')
end
if ARGV[5] ~= '' and tonumber(ARGV[6]) > 0 then
  redis.call('SET', KEYS[3], ARGV[5], 'PX', ARGV[6])
else
  redis.call('DEL', KEYS[3])
end
return {'OK', 'SHOWN', redis.call('HGET', KEYS[2], 'heard') or ''}
