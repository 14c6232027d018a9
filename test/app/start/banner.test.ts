import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/app/config/config.ts';
import { bannerOf } from '../../../src/app/start/banner.ts';

const url = 'http://127.0.0.1:8211';
const signInLink = async (token: string) => `${url}/#code=for-${decodeJwt(token).sub}`;
const generatedSecret = 'a generated secret of thirty-two bytes';
const started = { url, generatedSecret, isTerminal: true, signInLink };
const TOKEN = /TASK_SERVICE_TOKEN=(eyJ\S+)/;

describe('what the service says when it has started', () => {
  it('is a command with a token of a day, on a terminal and by the secret that was generated', async () => {
    const token = TOKEN.exec((await bannerOf(parseConfig({}), started)) ?? '')?.[1] ?? '';
    const { sub, iat = 0, exp = 0 } = decodeJwt(token);
    expect([sub, exp - iat]).toEqual(['demo', 24 * 3600]);
  });

  it('and a link to the console that signs the same user in', async () => {
    expect(await bannerOf(parseConfig({}), started)).toContain(`${url}/#code=for-demo`);
  });

  it('is no token where it goes into a file or a pipe, nor one by a secret of one’s own', async () => {
    for (const other of [{ isTerminal: false }, { generatedSecret: null }]) {
      const text = (await bannerOf(parseConfig({}), { ...started, ...other })) ?? '';
      expect(text).not.toMatch(/eyJ|#code=/);
      expect(text).toContain('TASK_SERVICE_TOKEN=$(npm run --silent task-service -- token --user demo)');
    }
  });

  it('is nothing where logs are for machines, or NATS is the operator’s', async () => {
    const outside = {
      NATS_URL: 'nats://one.example',
      SECRETS_KEY: Buffer.alloc(32).toString('base64'),
      AUTH_JWT_SECRET: 'x'.repeat(32),
    };
    for (const env of [{ LOG_FORMAT: 'json' }, outside]) {
      expect(await bannerOf(parseConfig(env), started)).toBeNull();
    }
  });
});
