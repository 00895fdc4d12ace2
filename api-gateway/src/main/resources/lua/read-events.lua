-- Reads a part of a tenant's events, in the order in which they were stored.
-- KEYS[1]  the stream   KEYS[2] the hash of its progress   KEYS[3] the ids of the events of one session
-- ARGV[1]  read what comes after this event, by its id in the stream; '' for the oldest   ARGV[2] the same by its id in KEYS[3]
-- ARGV[3]  how many events at most   ARGV[4] how many to look at   ARGV[5] after how many bytes of data to stop
-- ARGV[6]  1 to read the events of the session only   ARGV[7...] types that are wanted; none for all
-- Returns {id of the youngest event that was removed, id of the oldest that is kept, id of the last that was looked at, 1 when
-- there are no more, then of each event its id in the stream, session, type, time, data, number}; ids that do not exist are ''
local STEP = 50
local limit, looks, bytes = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local types = {}
for i = 7, #ARGV do
  types[ARGV[i]] = true
end
local removed = redis.call('HGET', KEYS[2], 'trimmed') or ''
local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
local result = {removed, oldest and oldest[1] or '', '', 0}
local last, lastOfSession, ended = ARGV[1], ARGV[2], false

local function take(entry)
  local fields = {}
  for i = 1, #entry[2], 2 do
    fields[entry[2][i]] = entry[2][i + 1]
  end
  if #ARGV < 7 or types[fields.t] then
    for _, value in ipairs({entry[1], fields.s, fields.t, fields.at, fields.d, fields.n}) do
      result[#result + 1] = value
    end
    limit = limit - 1
    bytes = bytes - #fields.d
  end
end

while limit > 0 and looks > 0 and bytes > 0 and not ended do
  local step = math.min(STEP, looks)
  local seen = 0
  if ARGV[6] == '1' then
    local from = lastOfSession == '' and '-' or '(' .. lastOfSession
    local ids = redis.call('ZRANGEBYLEX', KEYS[3], from, '+', 'LIMIT', 0, step)
    for _, id in ipairs(ids) do
      local entryId = string.gsub(id, '%-0*(%d)', '-%1')
      local entry = redis.call('XRANGE', KEYS[1], entryId, entryId)[1]
      if entry then
        take(entry)
      end
      last, lastOfSession, seen = entryId, id, seen + 1
      if limit == 0 or bytes <= 0 then
        break
      end
    end
    ended = seen == #ids and #ids < step
  else
    local from = last == '' and '-' or '(' .. last
    local entries = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', step)
    for _, entry in ipairs(entries) do
      take(entry)
      last, seen = entry[1], seen + 1
      if limit == 0 or bytes <= 0 then
        break
      end
    end
    ended = seen == #entries and #entries < step
  end
  looks = looks - seen
end
if ended then
  local youngest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  last = youngest and youngest[1] or ''
  result[4] = 1
end
result[3] = last
return result
