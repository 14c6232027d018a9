import { NOT_TRACED } from '../../../src/application/ports/traces.ts';

/** Admissions that hold nobody to anything, and never come to be asked. */
export const NO_LIMITS = {
  mayAppendUnadmitted: () => true,
  isUnknown: () => false,
  isDeleted: () => false,
  learn: async () => undefined,
  admit: () => Promise.reject(new Error('nobody has limits here')),
  refusalOnceEnded: async () => null,
};

/** What a worker is told of users and traces where a test asks for neither. */
export const NOBODY_DELETED = {
  traces: NOT_TRACED,
  isDeleted: () => false,
  usersKnown: async () => undefined,
};

/** Nobody outside is asked about a config. */
export const NOBODY_ASKED = { faultsOf: async () => [] };
