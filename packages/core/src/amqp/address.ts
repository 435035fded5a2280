import { RabbitError } from "./rabbit-error.ts";

/** One broker node that can be dialled. */
export interface BrokerAddress {
  /** The whole AMQP URI, credentials included. Never put it into a message; use {@link BrokerAddress.label}. */
  readonly uri: string;
  /** `host:port/vhost`, for errors and logs. */
  readonly label: string;
}

const HELP =
  'Set the environment variable RABBITMQ_URL, or pass rabbitmq: { url: "amqps://user:password@host:port/vhost" } to the client.';

/**
 * Parses one AMQP URI or several (an array, or one string separated by commas).
 * @throws RabbitError `invalid-address`; the message never repeats the credentials.
 */
export function parseAddresses(url: string | readonly string[] | undefined): readonly BrokerAddress[] {
  const uris = (typeof url === "string" ? [url] : (url ?? []))
    .flatMap((text) => text.split(","))
    .map((text) => text.trim())
    .filter((text) => text !== "");
  if (uris.length === 0) throw new RabbitError("invalid-address", `No RabbitMQ address is configured. ${HELP}`);
  return uris.map(parseAddress);
}

function parseAddress(uri: string): BrokerAddress {
  const parsed = URL.canParse(uri) ? new URL(uri) : undefined;
  if (parsed === undefined || !/^amqps?:$/.test(parsed.protocol) || parsed.hostname === "") {
    throw new RabbitError("invalid-address", `A RabbitMQ address is not a valid amqp:// or amqps:// URI. ${HELP}`);
  }
  const port = parsed.port || (parsed.protocol === "amqps:" ? "5671" : "5672");
  const vhost = parsed.pathname.length > 1 ? parsed.pathname : "/";
  return { uri, label: `${parsed.hostname}:${port}${vhost}` };
}
