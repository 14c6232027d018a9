/**
 * How a phrase may stand. `sure`: anywhere. `edge`: only at the end of the line or beside a time. `timed`: only beside
 * a time.
 */
export type Standing = 'sure' | 'edge' | 'timed';
