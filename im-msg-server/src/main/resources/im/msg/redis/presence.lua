-- Who is at which msg-server, and who is told when that changes. Each call is one step for everybody, and what it publishes reaches
-- every subscriber in the order of the changes.
--
-- KEYS[1]            the prefix of all keys and channels
-- ARGV[1]            the operation, see the end
-- ARGV[2]            the id of the msg-server that calls
-- ARGV[3], ...       what the operation wants
--
-- <prefix>:servers       the msg-servers
-- <prefix>:alive:<id>    is there as long as one says so often enough
-- <prefix>:clients:<id>  its clients, counted: <user>:<kind> = how many
-- <prefix>:from:<id>     channel: news of that one and its users, for all others
-- <prefix>:to:<id>       channel: what is for that one alone
local prefix, operation, me = KEYS[1], ARGV[1], ARGV[2]
-- The kinds of clients, as in the protocol's ClientType.
local WINDOWS, MAC, IOS, ANDROID = ':1', ':2', ':17', ':18'
local PART = 1000

local servers_key = prefix .. ':servers'
local function alive_key(server) return prefix .. ':alive:' .. server end
local function clients_key(server) return prefix .. ':clients:' .. server end

-- All msg-servers.
local servers = {}

-- Whether a user is at a msg-server, on a desktop and on a mobile.
local function at(server, user)
  local counts = redis.call('HMGET', clients_key(server), user .. WINDOWS, user .. MAC, user .. IOS, user .. ANDROID)
  local desktop, mobile = (counts[1] or counts[2]) ~= false, (counts[3] or counts[4]) ~= false
  return {any = desktop or mobile, desktop = desktop, mobile = mobile}
end

local function parse(client)
  return string.match(client, '^(%d+):(%d+)$')
end

-- The protocol's frames

local function varint(number)
  local bytes = ''
  number = tonumber(number)
  while number >= 128 do
    bytes = bytes .. string.char(number % 128 + 128)
    number = math.floor(number / 128)
  end
  return bytes .. string.char(number)
end

local function frame(service, command, body)
  return struct.pack('>I4I2I2I2I2I4', 16 + #body, 1, 0, service, command, 0) .. body
end

local function status_frame(user, online)
  local stat = '\8' .. varint(user) .. '\16' .. (online and '\1' or '\2')
  return frame(2, 0x0203, '\10' .. varint(#stat) .. stat)
end

local function desktop_frame(user, online)
  return frame(7, 0x070e, '\8' .. varint(user) .. '\16' .. (online and '\1' or '\0'))
end

local function list_frame(clients, is_first, is_last)
  local body = {}
  for i, client in ipairs(clients) do
    local user, kind = parse(client)
    local stat = '\8' .. varint(user) .. '\16\1\24' .. varint(kind)
    body[i] = '\10' .. varint(#stat) .. stat
  end
  if is_first then body[#body + 1] = '\240\1\1' end
  if is_last then body[#body + 1] = '\248\1\1' end
  return frame(7, 0x0708, table.concat(body))
end

-- News

local function publish_to(server, pdu)
  redis.call('PUBLISH', prefix .. ':to:' .. server, pdu)
end

-- A user came to a msg-server, or went, or changed there. Coming and going is news for each other one that knows the user to be nowhere
-- else. What became of the desktop is news for the user's mobiles elsewhere, and for one that has just come.
local function tell(server, user, was, mobile_came)
  local is, elsewhere, desktop_elsewhere = at(server, user), {}, false
  for _, other in ipairs(servers) do
    local there = other ~= server and at(other, user)
    if there and there.any then
      elsewhere[#elsewhere + 1] = {server = other, mobile = there.mobile}
      desktop_elsewhere = desktop_elsewhere or there.desktop
    end
  end
  if is.any ~= was.any then
    if #elsewhere == 0 then
      redis.call('PUBLISH', prefix .. ':from:' .. server, status_frame(user, is.any))
    elseif #elsewhere == 1 then
      publish_to(elsewhere[1].server, status_frame(user, is.any))
    end
  end
  if is.desktop ~= was.desktop and not desktop_elsewhere then
    for _, other in ipairs(elsewhere) do
      if other.mobile then
        publish_to(other.server, desktop_frame(user, is.desktop))
      end
    end
  end
  if mobile_came and not is.desktop and desktop_elsewhere then
    publish_to(server, desktop_frame(user, true))
  end
end

local function tell_everybody_elsewhere()
  local clients, is_first = {}, true
  for _, server in ipairs(servers) do
    if server ~= me then
      for _, client in ipairs(redis.call('HKEYS', clients_key(server))) do
        clients[#clients + 1] = client
        if #clients == PART then
          publish_to(me, list_frame(clients, is_first, false))
          clients, is_first = {}, false
        end
      end
    end
  end
  publish_to(me, list_frame(clients, is_first, true))
end

-- Changes

-- One client more or less; it may be none that was there.
local function count(client, by)
  local user = parse(client)
  local was = at(me, user)
  if redis.call('HINCRBY', clients_key(me), client, by) <= 0 then
    redis.call('HDEL', clients_key(me), client)
  end
  tell(me, user, was, by > 0 and at(me, user).mobile)
end

-- Those and no others are at a msg-server; clients and counts take turns.
local function replace(server, counted)
  local fresh = {}
  for i = 1, #counted, 2 do
    local user = parse(counted[i])
    fresh[user] = fresh[user] or {}
    table.insert(fresh[user], counted[i])
    table.insert(fresh[user], counted[i + 1])
  end
  for _, client in ipairs(redis.call('HKEYS', clients_key(server))) do
    local user = parse(client)
    fresh[user] = fresh[user] or {}
  end
  for user, clients in pairs(fresh) do
    local was = at(server, user)
    redis.call('HDEL', clients_key(server), user .. WINDOWS, user .. MAC, user .. IOS, user .. ANDROID)
    if #clients > 0 then
      redis.call('HSET', clients_key(server), unpack(clients))
    end
    tell(server, user, was, at(server, user).mobile)
  end
end

local function bury(server)
  replace(server, {})
  redis.call('SREM', servers_key, server)
  redis.call('DEL', alive_key(server))
end

local function keep_alive(milliseconds)
  redis.call('SET', alive_key(me), '', 'PX', milliseconds)
end

local function rest(from)
  local values = {}
  for i = from, #ARGV do
    values[#values + 1] = ARGV[i]
  end
  return values
end

-- The dead go first, so that nobody meets them below. Who calls is alive.
servers = redis.call('SMEMBERS', servers_key)
local living, dead = {}, {}
for _, server in ipairs(servers) do
  local alive = server == me or redis.call('EXISTS', alive_key(server)) == 1
  table.insert(alive and living or dead, server)
end
for _, server in ipairs(dead) do
  bury(server)
end
servers = living

-- Operations. Those that return 0 did nothing: the msg-server was taken for dead, and has to join again.

-- ARGV[3]: how long it lives without saying so, in milliseconds; then its clients and their counts.
if operation == 'join' then
  keep_alive(ARGV[3])
  if redis.call('SADD', servers_key, me) == 1 then
    servers[#servers + 1] = me
  end
  replace(me, rest(4))
  tell_everybody_elsewhere()
  return 1
end

-- ARGV[3], ...: users. Which clients they have elsewhere.
if operation == 'lookup' then
  local found = {}
  for _, user in ipairs(rest(3)) do
    for _, kind in ipairs({WINDOWS, MAC, IOS, ANDROID}) do
      for _, server in ipairs(servers) do
        if server ~= me and redis.call('HEXISTS', clients_key(server), user .. kind) == 1 then
          found[#found + 1] = user .. kind
        end
      end
    end
  end
  return found
end

if redis.call('SISMEMBER', servers_key, me) == 0 then
  return 0
end
if operation == 'alive' then
  keep_alive(ARGV[3])
elseif operation == 'came' then
  count(ARGV[3], 1)
elseif operation == 'went' then
  count(ARGV[3], -1)
elseif operation == 'send' then
  -- ARGV[3]: a frame; then the users. It goes once to each other msg-server that hosts any of them.
  for _, server in ipairs(servers) do
    if server ~= me then
      for _, user in ipairs(rest(4)) do
        if at(server, user).any then
          publish_to(server, ARGV[3])
          break
        end
      end
    end
  end
elseif operation == 'broadcast' then
  -- ARGV[3]: a frame for each other msg-server.
  redis.call('PUBLISH', prefix .. ':from:' .. me, ARGV[3])
elseif operation == 'leave' then
  bury(me)
else
  return redis.error_reply('no such operation: ' .. operation)
end
return 1
