/** `2.12.12, 2.14.3 or later` */
export const LEAST_TEXT: string;
/** Whether a nats-server of this version does what is needed and has no known advisory. */
export function isNewEnough(version: string): boolean;
