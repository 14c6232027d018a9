/** Parses schedules where the machine has a time zone of its own, TZ. Argument: JSON documents; answers what they are. */
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { whatTheyAre } from './given.ts';

const given = whatTheyAre(JSON.parse(process.argv[2] ?? '[]') as JsonObject[]);
process.stdout.write(JSON.stringify({ offset: new Date(0).getTimezoneOffset(), given }));
