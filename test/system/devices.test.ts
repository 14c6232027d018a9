import { expect, onTestFinished, test } from 'vitest';
import { outsideCluster } from '../support/cluster/outside-cluster.ts';
import { natsServerBinary } from '../support/nats/nats-server.ts';
import { testPorts } from '../support/nats/ports.ts';
import { Caller, startService, tokenFor } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { device } from '../support/world/device.ts';

test('a reminder reaches its person’s phone within a second, and one that was offline when it is back', async () => {
  const [port = 0] = outsideCluster === null ? await testPorts(1) : [outsideCluster.mqttPort];
  const service = await startService({
    NATS_SERVER_BIN: await natsServerBinary(),
    DATA_DIR: temporaryFolder(),
    MQTT_PORT: `${port}`,
  });
  onTestFinished(async () => void (await service.end('SIGTERM')));
  const password = await tokenFor('ann');
  const ann = new Caller(service.url, password);
  const phone = () => device(port, { clientId: 'ann:phone', password });
  const remindsIn = (ms: number) =>
    ann.call<{ task_id: string }>('POST', '/tasks', {
      name: 'Buy groceries',
      task_type: 'todo',
      reminder_time: new Date(Date.now() + ms).toISOString(),
    });

  const online = await phone();
  expect(await online.listensTo('users/ann/tasks/reminder_triggered')).toBe(true);
  const { status, body } = await remindsIn(700);
  expect(status).toBe(201);
  const [reminder] = await online.hears(1);
  const told = JSON.parse(reminder?.text ?? '');
  expect(told.data).toMatchObject({ task_id: body.task_id, message: 'Buy groceries' });
  expect(reminder).toMatchObject({ topic: 'users/ann/tasks/reminder_triggered', qos: 1 });
  expect((reminder?.at ?? Number.NaN) - Date.parse(told.data.triggered_at)).toBeLessThan(1_000);

  const watch = await device(port, { clientId: 'ann:watch', password });
  await watch.listensTo('users/ann/tasks/reminder_triggered');
  await online.leave();
  await remindsIn(200);
  await watch.hears(1);
  const back = await phone();
  expect((await back.hears(1)).map(({ text }) => JSON.parse(text).data.message)).toEqual(['Buy groceries']);
});
