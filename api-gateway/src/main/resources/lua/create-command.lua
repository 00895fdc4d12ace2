-- Makes a command's record, unless there is one of a command that goes on or that ended for good.
-- KEYS[1]  the command's hash
-- KEYS[2]  the sorted set of the session's commands
-- ARGV[1]  command id   ARGV[2] tenant id   ARGV[3] session id
-- ARGV[4]  who makes it: an id of this one attempt, so that a repeated call knows its own work
-- ARGV[5]  now, ms      ARGV[6] time to live, ms
-- ARGV[7]  not after, ms: from then on no worker begins it
-- ARGV[8]  recipient's phone number, or an empty string
-- ARGV[9]  id of the file that it sends, or an empty string
-- ARGV[10] the failures after which a command may begin anew under its id, each between commas
-- ARGV[11] how old the file of a withdrawn attempt may be to be sent now, ms
-- Returns 1 when the record is this attempt's, 2 when it is but names the file of the attempt before, 0 when there was one
local file, since = ARGV[9], ARGV[5]
if redis.call('EXISTS', KEYS[1]) == 1 then
  if redis.call('HGET', KEYS[1], 'maker') == ARGV[4] then
    return (redis.call('HGET', KEYS[1], 'media') or '') == file and 1 or 2
  end
  local failure = redis.call('HGET', KEYS[1], 'state') == 'FAILED' and redis.call('HGET', KEYS[1], 'outcome')
  local readable, outcome = pcall(cjson.decode, failure)
  local code = readable and type(outcome) == 'table' and tostring(outcome.code)
  if not code or not string.find(ARGV[10], ',' .. code .. ',', 1, true) then
    return 0
  end
  -- Workers leave the file of a withdrawn command where it is, and remove it after every other failure.
  local kept, kept_since = unpack(redis.call('HMGET', KEYS[1], 'media', 'media_since'))
  if code == 'WITHDRAWN' and file ~= '' and kept and kept_since
      and tonumber(ARGV[5]) - tonumber(kept_since) < tonumber(ARGV[11]) then
    file, since = kept, kept_since
  end
  redis.call('DEL', KEYS[1])
end
redis.call('HSET', KEYS[1], 'tenant', ARGV[2], 'session', ARGV[3], 'state', 'QUEUED',
  'maker', ARGV[4], 'not_after', ARGV[7])
if ARGV[8] ~= '' then
  redis.call('HSET', KEYS[1], 'to', ARGV[8])
end
if file ~= '' then
  redis.call('HSET', KEYS[1], 'media', file, 'media_since', since)
end
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', tonumber(ARGV[5]) - tonumber(ARGV[6]))
redis.call('ZADD', KEYS[2], ARGV[5], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return file == ARGV[9] and 1 or 2
