/** A document that is the same for everybody, such as the description of the API: made when it is first asked for. */
import { hash } from 'node:crypto';
import type { Answer } from '../server/answer.ts';

export class SharedDocument {
  readonly #make: () => Answer;
  #made: Answer | null = null;

  constructor(make: () => Answer) {
    this.#make = make;
  }

  /** 304 for whoever has it. */
  answerTo(request: Request): Answer {
    this.#made ??= tagged(this.#make());
    const { headers } = this.#made;
    const known = request.headers.get('if-none-match')?.split(',') ?? [];
    const isKnown = known.some((tag) => tag.trim().replace(/^W\//, '') === headers.ETag);
    return isKnown ? { status: 304, headers, body: null } : this.#made;
  }
}

function tagged(answer: Answer): Answer {
  const ETag = `"${hash('sha256', answer.body ?? '', 'base64url')}"`;
  return { ...answer, headers: { 'Cache-Control': 'no-cache', ...answer.headers, ETag } };
}
