// Shows what the server tells by server-sent events. Text goes into the page as text only, and without characters that
// change how what stands beside it looks.
'use strict';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

function bytes(count) {
  let unit = 0;
  while (count >= 1024 && unit < UNITS.length - 1) {
    count /= 1024;
    unit++;
  }
  return (unit === 0 ? String(Math.round(count)) : count.toFixed(1)) + ' ' + UNITS[unit];
}

function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) {
    return seconds + ' s';
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? minutes + ' min ' + seconds % 60 + ' s' : Math.floor(minutes / 60) + ' h ' + minutes % 60 + ' min';
}

// By which a transfer is known again in the next event.
function key(transfer) {
  return [transfer.task, transfer.mode, transfer.begun].join(' ');
}

function rate(transfer, event, before) {
  const then = before.done.get(key(transfer));
  return then === undefined ? '' : bytes((transfer.done - then) * 1000 / (event.now - before.now)) + '/s';
}

const TABLES = {
  transfers: [
    ['task', (row) => row.task],
    ['from', (row) => row.from],
    ['to', (row) => row.to],
    ['mode', (row) => row.mode],
    ['state', (row) => row.state],
    ['done', (row) => bytes(row.done) + ' of ' + bytes(row.size)],
    ['rate', rate],
    ['age', (row, event) => duration(event.now - row.begun)],
    ['silent for', (row, event) => duration(event.now - row.active)],
  ],
  sessions: [
    ['user', (row) => row.user],
    ['name', (row) => row.name],
    ['client', (row) => row.client],
    ['since', (row) => row.since],
    ['address', (row) => row.address],
  ],
};

let before = { now: 0, done: new Map() };

function line(tag, texts) {
  const row = document.createElement('tr');
  for (const text of texts) {
    const cell = document.createElement(tag);
    cell.textContent = String(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
    row.append(cell);
  }
  return row;
}

function show(event) {
  const what = Object.keys(TABLES).find((each) => each in event);
  const columns = TABLES[what];
  const rows = event[what];
  const listed = rows.length < event.count ? ', of which ' + rows.length + ' are listed' : '';
  document.title = event.count + ' ' + what;
  document.getElementById('count').textContent = event.count + ' ' + what + listed;
  document.getElementById('head').replaceChildren(...line('th', columns.map((column) => column[0])).children);
  document.getElementById('rows').replaceChildren(
      ...rows.map((row) => line('td', columns.map((column) => column[1](row, event, before)))));
  if (what === 'transfers') {
    before = { now: event.now, done: new Map(rows.map((row) => [key(row), row.done])) };
  }
}

function say(text) {
  document.getElementById('state').textContent = text;
}

function listen() {
  const events = new EventSource('/events');
  events.onopen = () => say('live');
  events.onmessage = (message) => show(JSON.parse(message.data));
  events.onerror = () => {
    say('no connection to the server, or too many are watching; what stands here is old');
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(listen, 5000);
    }
  };
}

listen();
