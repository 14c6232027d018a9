import type { BackupPart } from '../../application/ports/user-backups.ts';
import { decodeOpened, openedDocument } from '../codec/codec.ts';
import type { SealingKey } from '../codec/sealing.ts';
import { parseTaskSubject } from '../connection/subjects.ts';
import { openLine, parseEventLine } from './format.ts';

/** Lines of a part as JSON text that people can read. */
export function openedLines(part: BackupPart, key: SealingKey): (line: Buffer) => string {
  switch (part) {
    case 'tasks':
    case 'executions':
      return (line) => JSON.stringify(openLine(part, line, key));
    case 'events':
      return (line) => {
        const message = parseEventLine(line);
        const ofTask = parseTaskSubject(message.subject) !== null;
        const event = ofTask
          ? openedDocument(decodeOpened(message, key))
          : JSON.parse(Buffer.from(message.body).toString('utf8'));
        return JSON.stringify({ sequence: message.sequence, event });
      };
  }
}
