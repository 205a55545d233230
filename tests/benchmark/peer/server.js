// server.js: the ledger's submit path as a Node service would be written, to be measured against
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Usage: node server.js DATABASE WORKERS tweetnacl|native single|group
//
// Express 5 on a cluster of WORKERS processes that share one SQLite file with the same
// durability as ours (WAL, synchronous=FULL). "native" verifies with OpenSSL through node:crypto
// and keeps the keys that it has imported; "group" commits all sessions that arrived in one turn
// of the event loop together. It prints "listening PORT" once every worker listens.
//
// It does less than tropea-ledger: no limits, no rule against overlapping sessions, no daily
// caps, no double entry. What it leaves out is to its advantage.
'use strict';

const cluster = require('node:cluster');
const crypto = require('node:crypto');
const { openStore } = require('./store.js');

const [database, workers, verifier, commit] = process.argv.slice(2);
const ORIGIN = 'bench.example.org';
const MAX_CACHED_KEYS = 50000;
const DAY_MS = 86400 * 1000;

// RFC 8410: what stands before the 32 bytes of an Ed25519 key in DER.
const KEY_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const KEY = /^[A-Za-z0-9+/]{43}=$/;
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;
const IP_HASH = /^([0-9a-f]{64})?$/;
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;

function makeNativeVerifier() {
  const keys = new Map();

  function getKey(clientPub, text) {
    let key = keys.get(text);
    if (key === undefined) {
      const der = Buffer.concat([KEY_PREFIX, clientPub]);
      key = crypto.createPublicKey({ key: der, format: 'der', type: 'spki' });
      if (keys.size >= MAX_CACHED_KEYS)
        keys.delete(keys.keys().next().value);
      keys.set(text, key);
    }
    return key;
  }

  return (message, signature, clientPub, text) =>
    crypto.verify(null, message, getKey(clientPub, text), signature);
}

function makeTweetnaclVerifier() {
  const nacl = require('tweetnacl');

  return (message, signature, clientPub) =>
    nacl.sign.detached.verify(message, signature, clientPub);
}

function isWellFormed(session) {
  return session.v === 1 &&
    typeof session.sessionId === 'string' && UUID.test(session.sessionId) &&
    typeof session.clientPub === 'string' && KEY.test(session.clientPub) &&
    typeof session.signature === 'string' && SIGNATURE.test(session.signature) &&
    typeof session.ipHash === 'string' && IP_HASH.test(session.ipHash) &&
    (session.source === 'tor-client' || session.source === 'simulation') &&
    isCount(session.timestamp) && isCount(session.duration) && isCount(session.bytesTransferred);
}

function isPlausible(session, now) {
  return session.duration >= 1 && session.duration <= 86400 &&
    session.bytesTransferred <= session.duration * 125000000 &&
    session.timestamp + session.duration * 1000 <= now + 300000 &&
    session.timestamp >= now - 30 * DAY_MS;
}

const toCanonical = (session) => Buffer.from(
  `tropea/session/v1\n${ORIGIN}\n${session.sessionId}\n${session.clientPub}\n` +
  `${session.timestamp}\n${session.duration}\n${session.bytesTransferred}\n` +
  `${session.ipHash}\n${session.source}\n`);

const computeMicro = (session) => Math.min(
  100000000, session.duration * 100000 + Math.floor(session.bytesTransferred / 2));

const toCredits = (micro) => `${Math.floor(micro / 1000000)}.` +
  `${Math.floor(micro % 1000000 / 10000)}`.padStart(2, '0');

function makeApp() {
  const express = require('express');
  const store = openStore(database, commit === 'group');
  const verify = verifier === 'native' ? makeNativeVerifier() : makeTweetnaclVerifier();
  const app = express();
  const refuse = (response, status, code) => response.status(status).json({ status, code });

  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(express.json({ limit: '4kb' }));

  app.post('/api/sessions/submit', async (request, response) => {
    const session = request.body || {};
    if (!isWellFormed(session))
      return refuse(response, 400, 'malformed');
    if (!isPlausible(session, Date.now()))
      return refuse(response, 422, 'implausible');

    const clientPub = Buffer.from(session.clientPub, 'base64');
    const signature = Buffer.from(session.signature, 'base64');
    if (!verify(toCanonical(session), signature, clientPub, session.clientPub))
      return refuse(response, 401, 'bad-signature');

    try {
      const credits = computeMicro(session);
      const entry = await store.submit({
        clientPub, signature, credits,
        id: Buffer.from(session.sessionId.replaceAll('-', ''), 'hex'),
        start: session.timestamp, duration: session.duration, bytes: session.bytesTransferred,
        ipHash: Buffer.from(session.ipHash, 'hex'), source: session.source,
        hour: Math.floor(Date.now() / 3600000),
      });
      if (entry === null)
        return refuse(response, 409, 'conflict');
      response.json({
        success: true, status: entry.isNew ? 'accepted' : 'duplicate',
        sessionId: session.sessionId,
        credits: toCredits(credits), balance: toCredits(entry.balance),
        creditsMicro: credits, balanceMicro: entry.balance, seq: entry.seq,
      });
    } catch {
      refuse(response, 503, 'unavailable');
    }
  });

  return app;
}

function runWorkers(count) {
  let listening = 0;

  openStore(database, false).close();
  for (let i = 0; i < count; i++)
    cluster.fork();
  cluster.on('listening', (worker, address) => {
    if (++listening === count)
      console.log(`listening ${address.port}`);
  });
  process.on('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers))
      worker.process.kill('SIGKILL');
    process.exit(0);
  });
}

if (cluster.isPrimary) {
  runWorkers(Number(workers));
} else {
  const server = makeApp().listen(0, '127.0.0.1');
  server.keepAliveTimeout = 60000;
}
