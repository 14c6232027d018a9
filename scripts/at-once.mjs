// Runs scripts of package.json at once, each on a core of its own: `node scripts/at-once.mjs types lint`. What each
// says comes when it has ended. Fails if one does; the others are seen to their end all the same.
import { spawn } from 'node:child_process';

const ended = process.argv.slice(2).map(
  (name) =>
    new Promise((resolve) => {
      // npm is a program of the shell's on Windows. The names are those of our own scripts.
      const child = spawn(`npm run --silent ${name}`, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
      const said = [];
      child.stdout.on('data', (chunk) => said.push(chunk));
      child.stderr.on('data', (chunk) => said.push(chunk));
      child.once('close', (code) => {
        process.stderr.write(Buffer.concat(said));
        if (code !== 0) process.stderr.write(`npm run ${name} failed\n`);
        resolve(code === 0);
      });
    }),
);
if ((await Promise.all(ended)).includes(false)) process.exitCode = 1;
