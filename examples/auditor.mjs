// An auditor's own check of a task: its events and the proof that they are in the signed log, by the public formats
// alone. Nothing of the service is used but what it answers, and nothing but Node's own modules.
// Plain Node: TASK_SERVICE_URL=http://127.0.0.1:8211 TASK_SERVICE_TOKEN=... AUDIT_VKEY=... node examples/auditor.mjs tsk_...
// AUDIT_VKEY is what `task-service audit key` prints. See docs/audit.md.
import { createHash, createPublicKey, verify } from 'node:crypto';

const { TASK_SERVICE_URL = 'http://127.0.0.1:8211', TASK_SERVICE_TOKEN, AUDIT_VKEY } = process.env;
const [taskId] = process.argv.slice(2);
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const fail = (why) => {
  console.log(`NOT PROVEN: ${why}`);
  process.exit(1);
};

const response = await fetch(`${TASK_SERVICE_URL}/api/v1/audit/proof/${taskId}`, {
  headers: { authorization: `Bearer ${TASK_SERVICE_TOKEN}` },
});
if (!response.ok) fail(`the service answers ${response.status}`);
const lines = (await response.text()).trimEnd().split('\n');
const { tlog_proof: proof } = JSON.parse(lines.pop());
if (proof === undefined) fail('there is no proof');

// The chain: each event names the hash of the bytes before it, and its place among them.
let prevhash = '0'.repeat(64);
let last;
for (const [index, line] of lines.entries()) {
  const { sequence, subject, event } = JSON.parse(line);
  const bytes = Buffer.from(line.slice(line.indexOf(',"event":') + 9, -1));
  if (event.revision !== index + 1 || event.prevhash !== prevhash) fail(`event ${sequence} does not follow`);
  if (event.subject !== taskId || !subject.endsWith(`.${taskId}`))
    fail(`event ${sequence} is of another task`);
  prevhash = sha256(bytes).toString('hex');
  last = { sequence, subject };
}

// The proof (c2sp.org/tlog-proof): the leaf's index, hashes from the leaf to the root, and a signed checkpoint.
const [head, text, signatures] = proof.split('\n\n');
const [format, index, ...hashes] = head.split('\n');
if (format !== 'c2sp.org/tlog-proof@v1') fail('the proof is of another format');
const [origin, size, root] = text.split('\n');

// The checkpoint (c2sp.org/signed-note): signed by the log's key, for the log's own name.
const [name, id, key] = AUDIT_VKEY.split('+');
const publicKey = createPublicKey({
  key: Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.from(key, 'base64').subarray(1),
  ]),
  format: 'der',
  type: 'spki',
});
const signature = signatures
  .split('\n')
  .map((line) => line.split(' '))
  .filter(([dash, by]) => dash === '—' && by === name)
  .map(([, , encoded]) => Buffer.from(encoded, 'base64'))
  .find((bytes) => bytes.subarray(0, 4).toString('hex') === id);
if (signature === undefined || origin !== name) fail('the checkpoint is not signed by the log');
if (!verify(null, Buffer.from(`${text}\n`), publicKey, signature.subarray(4)))
  fail('the signature does not fit');

// The leaf (RFC 6962): what the log's tree has of the last event, hashed up to the root.
const entry = `task-service/entry/v1\n${last.subject}\n${prevhash}\n`;
let hash = sha256(Buffer.from([0]), Buffer.from(entry));
let at = Number(index.replace('index ', ''));
let end = Number(size) - 1;
if (at !== last.sequence - 1 || at > end) fail('the proof is of another event');
for (const sibling of hashes.map((line) => Buffer.from(line, 'base64'))) {
  if (at % 2 === 1 || at === end) {
    hash = sha256(Buffer.from([1]), sibling, hash);
    while (at % 2 === 0 && at !== 0) [at, end] = [at / 2, Math.floor(end / 2)];
  } else {
    hash = sha256(Buffer.from([1]), hash, sibling);
  }
  [at, end] = [Math.floor(at / 2), Math.floor(end / 2)];
}
if (end !== 0 || hash.toString('base64') !== root) fail('the proof does not lead to the root');
console.log(`proven: ${lines.length} events of ${taskId}, in the log of ${origin} at size ${size}`);
