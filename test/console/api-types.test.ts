import openapiTS, { astToString } from 'openapi-typescript';
import { expect, test } from 'vitest';
import { sharedStack } from '../support/parts/stack.ts';

const shared = sharedStack();
const CHECKED_IN = '../../src/console/api/schema.d.ts';

test('the types of the console are those of the OpenAPI document', async () => {
  const { body } = await shared().call('GET', '/openapi.json', { user: null });
  const types = `/** Made from the OpenAPI document by \`npm run console-types\`. */\n${astToString(await openapiTS(body))}`;
  await expect(types).toMatchFileSnapshot(CHECKED_IN);
});
