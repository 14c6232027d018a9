/** An operator of NATS as clusters have one: accounts and users by signed JWTs, users known by `.creds` files. */
import { createHash } from 'node:crypto';
import { nkeys } from '@nats-io/transport-node';

type Keys = ReturnType<typeof nkeys.createUser>;

export interface Operator {
  /** For a server's configuration. */
  readonly config: string;
  /** A `.creds` file of a user of the account, with its own permissions. */
  creds(permissions?: object): string;
}

export function operator(): Operator {
  const own = nkeys.createOperator();
  const system = nkeys.createAccount();
  const account = nkeys.createAccount();
  const unlimited = { subs: -1, data: -1, payload: -1 };
  const limits = { ...unlimited, imports: -1, exports: -1, conn: -1, leaf: -1, wildcards: true };
  const storage = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const operatorJwt = jwt(own, own, { type: 'operator', system_account: system.getPublicKey() });
  const accountJwts = [
    [system, jwt(own, system, { type: 'account', limits })],
    [account, jwt(own, account, { type: 'account', limits: { ...limits, ...storage } })],
  ] as const;
  const preload = accountJwts.map(([keys, token]) => `  ${keys.getPublicKey()}: ${token}`);
  return {
    config: [
      `operator: ${operatorJwt}`,
      `system_account: ${system.getPublicKey()}`,
      'resolver: MEMORY',
      `resolver_preload: {\n${preload.join('\n')}\n}`,
    ].join('\n'),
    creds: (permissions = {}) => {
      const user = nkeys.createUser();
      const token = jwt(account, user, { type: 'user', ...unlimited, ...permissions });
      const seed = new TextDecoder().decode(user.getSeed());
      return `-----BEGIN NATS USER JWT-----\n${token}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
    },
  };
}

function jwt(issuer: Keys, subject: Keys, nats: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name: 'test',
    nats: { version: 2, ...nats },
  };
  const jti = createHash('sha256').update(JSON.stringify(claims)).digest('hex');
  const text = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({ ...claims, jti })}`;
  return `${text}.${Buffer.from(issuer.sign(Buffer.from(text))).toString('base64url')}`;
}
