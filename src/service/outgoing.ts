/**
 * What reaches out of the server, behind one guard: HTTP, AMQP, Kafka, mail, SQL, syslog.
 *
 * Owns: how the clients are put together from the options of the start. Does not own: the clients (`#connectors`).
 */
import {
  AddressGuard,
  EventHubClient,
  KafkaClient,
  OutboundClient,
  Proxies,
  SmtpMail,
  SpanExporter,
  SqlClient,
  SyslogSender,
} from '#connectors';
import type { Services } from './services.ts';
import { isLoopback, type StartOptions } from './start-options.ts';

export function outgoing(
  { allowOutbound, host, otlpEndpoint }: StartOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Pick<Services, 'outbound' | 'circuits' | 'eventHubs' | 'kafka' | 'mail' | 'sql' | 'syslog'> {
  const guard = new AddressGuard(allowOutbound, isLoopback(host));
  const spans = otlpEndpoint === undefined ? {} : { spans: new SpanExporter(otlpEndpoint) };
  const outbound = new OutboundClient({ guard, proxies: new Proxies(environment), ...spans });
  return {
    outbound,
    circuits: outbound.circuits,
    eventHubs: new EventHubClient(guard),
    kafka: new KafkaClient(guard),
    mail: new SmtpMail(guard),
    sql: new SqlClient(guard),
    syslog: new SyslogSender(guard),
  };
}
