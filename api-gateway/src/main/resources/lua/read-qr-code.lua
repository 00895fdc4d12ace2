-- Reads a QR code together with the time for which it can still be scanned.
-- KEYS[1]  the session's QR code
-- Returns {text, ms}, or {} when there is none
local text = redis.call('GET', KEYS[1])
if not text then
  return {}
end
return {text, redis.call('PTTL', KEYS[1])}
