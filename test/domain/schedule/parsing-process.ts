/** Parses schedules where the machine has a time zone of its own, TZ. Argument: JSON documents; answers what they are. */
import type { JsonObject } from '../../../src/domain/json.ts';
import { NOW, schedule, slots } from './given.ts';

const documents = JSON.parse(process.argv[2] ?? '[]') as JsonObject[];
const given = documents.map((document) => [schedule(document), slots(document, NOW, 5)]);
process.stdout.write(JSON.stringify({ offset: new Date(0).getTimezoneOffset(), given }));
