/** One request of somebody, once it is their turn: read, looked at, and handled or refused with every fault that it has. */
import type { Json } from '../../domain/shared/json.ts';
import type { Answer, StreamedAnswer } from '../server/answer.ts';
import { type Fault, invalid, type Problem } from '../server/problem.ts';
import type { RequestReader } from './request-reader.ts';
import type { Call, Input, Inspected, UserCall, UserRoute } from './route.ts';

const NO_BYTES = new Uint8Array();

/** Reads the request and handles it. Throws what it is refused for. */
export async function handleUserRequest<R, Found>(
  options: UserRoute<R, Found>,
  reader: RequestReader,
  call: Call & Pick<UserCall, 'caller' | 'aside'>,
): Promise<Answer | StreamedAnswer> {
  const { body, faults, ...read } = await reader.read(call.request, call.aside);
  const { idempotencyKey, lean } = read;
  const userCall: UserCall = { ...call, idempotencyKey, bodyBytes: body?.bytes ?? NO_BYTES, refused: null };
  const inspected = await inspectedBy(options, userCall, body?.json, lean);
  const refused = refusalOf(faults, inspected, lean !== body?.json);
  const isLeft = idempotencyKey !== null && options.validateAfterReplay === true && faults.length === 0;
  if (refused !== null && !isLeft) throw refused;
  const input = { query: read.query, body: read.parsed, found: inspected?.found };
  return options.handle({ ...userCall, refused }, input as Input<R, Found>);
}

/** What goes beyond what an answer can list is looked at only where the rest of the body has no faults. */
async function inspectedBy<R, Found>(
  { inspect }: UserRoute<R, Found>,
  call: UserCall,
  body: Json | undefined,
  lean: Json | undefined,
): Promise<Inspected<Found> | undefined> {
  if (inspect === undefined) return undefined;
  const inspected = await inspect(call, lean);
  return lean === body || inspected.faults.length > 0 ? inspected : inspect(call, body);
}

function refusalOf(
  faults: readonly Fault[],
  inspected: Inspected<unknown> | undefined,
  isCut: boolean,
): Problem | null {
  const all = inspected === undefined ? faults : [...faults, ...inspected.faults];
  return all.length > 0 ? invalid(all, isCut) : (inspected?.problem ?? null);
}
