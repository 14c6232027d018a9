/** Variables of earlier versions, which are not read any more, with what replaces each. */

interface FormerVariable {
  readonly instead: string;
  /** The service does not start with it: something would be missing. Else a warning tells of it. */
  readonly isFault: boolean;
}

const replacedBy = (instead: string): FormerVariable => ({ instead, isFault: true });
const noLonger = (instead: string): FormerVariable => ({ instead, isFault: false });

export const REMOVED: Readonly<Record<string, FormerVariable>> = {
  NATS_TOKEN: replacedBy('log in with NATS_USER and NATS_PASSWORD, or NATS_CREDS'),
  NATS_TLS_CA: replacedBy('put the file into the folder NATS_TLS_DIR, as ca.crt'),
  NATS_TLS_CERT: replacedBy('put the file into the folder NATS_TLS_DIR, as tls.crt'),
  NATS_TLS_KEY: replacedBy('put the file into the folder NATS_TLS_DIR, as tls.key'),
  NATS_SUBSCRIBER_PASSWORD: replacedBy('give subscriber:PASSWORD in NATS_READERS'),
  NATS_AUDITOR_PASSWORD: replacedBy('give auditor:PASSWORD in NATS_READERS'),
  ACCOUNT_SERVICE_URL: replacedBy('give account=URL in PLATFORM_SERVICES'),
  NOTIFICATION_SERVICE_URL: replacedBy('give notification=URL in PLATFORM_SERVICES'),
  WALLET_SERVICE_URL: replacedBy('give wallet=URL in PLATFORM_SERVICES'),
  CALENDAR_SERVICE_URL: replacedBy('give calendar=URL in PLATFORM_SERVICES'),
  WEATHER_API_URL: replacedBy('give forecast=URL in WEATHER_API_URLS'),
  GEOCODING_API_URL: replacedBy('give geocoding=URL in WEATHER_API_URLS'),
  RATE_LIMIT_FAILURES: replacedBy('give it in RATE_LIMIT, after a comma'),
  EXECUTIONS_KEPT: noLonger('the newest 100 executions of a task are in the view'),
  OTEL_SERVICE_NAME: noLonger('give service.name in OTEL_RESOURCE_ATTRIBUTES'),
  OTEL_TRACES_SAMPLER: noLonger(
    'callers are followed, and OTEL_TRACES_SAMPLER_ARG says the share of other traces',
  ),
};
