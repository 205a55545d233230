// store.js: the peer's SQLite file
// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

const Database = require('better-sqlite3');

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY,
    client_pub BLOB NOT NULL UNIQUE,
    balance INTEGER NOT NULL,
    sessions INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS sessions (
    seq INTEGER PRIMARY KEY,
    client INTEGER NOT NULL,
    session_id BLOB NOT NULL,
    start_ms INTEGER NOT NULL,
    duration_s INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    ip_hash BLOB NOT NULL,
    source TEXT NOT NULL,
    signature BLOB NOT NULL,
    credits_micro INTEGER NOT NULL,
    balance_micro INTEGER NOT NULL,
    received_hour INTEGER NOT NULL,
    UNIQUE (client, session_id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS sessions_by_client ON sessions (client, seq);
`;

function openStore(path, isGrouped) {
  const db = new Database(path, { timeout: 20000 });
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -65536');
  db.exec(SCHEMA);

  const find = db.prepare(
    'SELECT s.seq, s.start_ms, s.duration_s, s.bytes, s.balance_micro FROM sessions s ' +
    'JOIN accounts a ON a.id = s.client ' +
    'WHERE a.client_pub = @clientPub AND s.session_id = @id');
  const credit = db.prepare(
    'INSERT INTO accounts (client_pub, balance, sessions) VALUES (@clientPub, @credits, 1) ' +
    'ON CONFLICT (client_pub) DO UPDATE SET balance = balance + @credits, ' +
    'sessions = sessions + 1 RETURNING id, balance');
  const add = db.prepare(
    'INSERT INTO sessions (client, session_id, start_ms, duration_s, bytes, ip_hash, source, ' +
    'signature, credits_micro, balance_micro, received_hour) VALUES (@client, @id, @start, ' +
    '@duration, @bytes, @ipHash, @source, @signature, @credits, @balance, @hour)');

  function put(session) {
    const stored = find.get(session);
    if (stored !== undefined) {
      const isSame = stored.start_ms === session.start &&
        stored.duration_s === session.duration && stored.bytes === session.bytes;
      return isSame ? { isNew: false, balance: stored.balance_micro, seq: stored.seq } : null;
    }

    const account = credit.get(session);
    session.client = account.id;
    session.balance = account.balance;
    const { lastInsertRowid } = add.run(session);
    return { isNew: true, balance: account.balance, seq: lastInsertRowid };
  }

  const putOne = db.transaction(put);
  const putAll = db.transaction((jobs) => jobs.map((job) => put(job.session)));
  let waiting = [];

  function commitWaiting() {
    const jobs = waiting;
    waiting = [];
    try {
      const entries = putAll.immediate(jobs);
      jobs.forEach((job, i) => job.resolve(entries[i]));
    } catch (error) {
      jobs.forEach((job) => job.reject(error));
    }
  }

  const submitGrouped = (session) => new Promise((resolve, reject) => {
    waiting.push({ session, resolve, reject });
    if (waiting.length === 1)
      setImmediate(commitWaiting);
  });

  return {
    submit: isGrouped ? submitGrouped : async (session) => putOne.immediate(session),
    close: () => db.close(),
  };
}

module.exports = { openStore };
