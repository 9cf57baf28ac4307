// BullMQ's side of the bench: queue and worker in one process, undici posts.
//
//     node bullmq_peer.mjs JOB.json      prints {"seconds": …, "settled": …}
//
// JOB.json names the receiver's and Redis's ports, the numbers, the body and the secret.

import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Queue, Worker } from 'bullmq';
import { Pool } from 'undici';

const job = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const connection = { host: '127.0.0.1', port: job.redis, maxRetriesPerRequest: null };
const pool = new Pool(`http://127.0.0.1:${job.port}`, { connections: job.in_flight });

async function deliver({ data: { path, id, body } }) {
  const stamp = Math.floor(Date.now() / 1000).toString();
  const digest = createHmac('sha256', job.secret).update(`${stamp}.${body}`).digest('hex');
  const headers = {
    ...job.headers,
    'Phantom-Signature': `t=${stamp},v1=${digest}`,
    'Phantom-Event-Id': id,
    'Idempotency-Key': id,
  };
  const answer = await pool.request({ method: 'POST', path, headers, body });
  await answer.body.dump();
  if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode}`);
}

let settled = 0;
let wanted = 0;
let reached = () => {};
const queue = new Queue('bench', { connection });
const worker = new Worker('bench', deliver, {
  connection,
  concurrency: job.in_flight,
  removeOnComplete: { count: 0 },
});
worker.on('completed', () => {
  settled += 1;
  if (settled === wanted) reached();
});
worker.on('error', (error) => {
  throw error;
});

// So many jobs from so many tasks, each waiting until Redis has its job; then until all are done.
async function measure(count) {
  let next = 0;
  wanted += count;
  const done = new Promise((resolve) => {
    reached = resolve;
  });
  async function work() {
    while (next < count) {
      const path = `/hooks/${String(next++ % job.endpoints).padStart(2, '0')}`;
      await queue.add('deliver', { path, id: randomUUID(), body: job.body });
    }
  }
  await Promise.all(Array.from({ length: job.tasks }, work));
  await done;
}

await queue.waitUntilReady();
await worker.waitUntilReady();
await measure(job.warm_up);
const began = performance.now();
await measure(job.deliveries);
console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, settled }));
await worker.close();
await queue.close();
await pool.close();
