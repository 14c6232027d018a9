/** A stream as builds before this one made it for a bucket, enough of it. */
export function bucketStreamNamed(bucket: string): object {
  return {
    name: `KV_${bucket}`,
    subjects: [`$KV.${bucket}.>`],
    storage: 'file',
    max_msgs_per_subject: 1,
    discard: 'new',
    allow_direct: true,
    allow_atomic: true,
    allow_rollup_hdrs: true,
  };
}
