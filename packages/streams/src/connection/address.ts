import { RabbitError } from "@warrenmq/core/internal";
import type { NodeAddress } from "../protocol/response-body.ts";

/** One place that can be dialled, and what to say there. */
export interface StreamAddress extends NodeAddress {
  readonly isTls: boolean;
  readonly username: string;
  /** Never put it into a message; use {@link StreamAddress.label}. */
  readonly password: string;
  readonly virtualHost: string;
  /** Of the URL: RabbitMQ's parameters for TLS. */
  readonly query: URLSearchParams;
  /** `host:port/vhost`, for errors and logs. */
  readonly label: string;
}

interface Scheme {
  readonly isTls: boolean;
  readonly defaultPort: number;
  /** Whether a port in the URL is that of the stream protocol. */
  readonly hasStreamPort: boolean;
}

const PLAIN = { isTls: false, defaultPort: 5552 };
const TLS = { isTls: true, defaultPort: 5551 };
const SCHEMES: Readonly<Record<string, Scheme>> = {
  "rabbitmq-stream:": { ...PLAIN, hasStreamPort: true },
  "rabbitmq-stream+tls:": { ...TLS, hasStreamPort: true },
  "amqp:": { ...PLAIN, hasStreamPort: false },
  "amqps:": { ...TLS, hasStreamPort: false },
};

/**
 * Parses one URL or several (an array, or one string separated by commas).
 * @param port instead of 5552 (5551 with TLS), where the URL does not name the port of the stream protocol.
 * @throws RabbitError `invalid-address`; the message never repeats the credentials.
 */
export function parseStreamAddresses(
  url: string | readonly string[] | undefined,
  port: number | undefined,
): readonly StreamAddress[] {
  const urls = (typeof url === "string" ? [url] : (url ?? []))
    .flatMap((text) => text.split(","))
    .map((text) => text.trim())
    .filter((text) => text !== "");
  if (urls.length === 0) throw invalidAddress();
  return urls.map((text) => parseAddress(text, port));
}

/** The same broker's credentials and virtual host at another place. */
export function addressOf(node: NodeAddress, like: StreamAddress): StreamAddress {
  return { ...like, ...node, label: labelOf(node, like.virtualHost) };
}

function parseAddress(text: string, port: number | undefined): StreamAddress {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = SCHEMES[parsed?.protocol ?? ""];
  if (parsed === undefined || scheme === undefined || parsed.hostname === "") throw invalidAddress();
  const isDefault = parsed.port === "" || !scheme.hasStreamPort;
  const node = {
    host: parsed.hostname.replace(/^\[|\]$/g, ""),
    port: isDefault ? (port ?? scheme.defaultPort) : Number(parsed.port),
  };
  const virtualHost = parsed.pathname.length > 1 ? decode(parsed.pathname.slice(1)) : "/";
  return {
    ...node,
    isTls: scheme.isTls,
    username: decode(parsed.username) || "guest",
    password: parsed.password === "" && parsed.username === "" ? "guest" : decode(parsed.password),
    virtualHost,
    query: parsed.searchParams,
    label: labelOf(node, virtualHost),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidAddress();
  }
}

function labelOf({ host, port }: NodeAddress, virtualHost: string): string {
  return `${host}:${port}${virtualHost.startsWith("/") ? "" : "/"}${virtualHost}`;
}

function invalidAddress(): RabbitError {
  return new RabbitError(
    "invalid-address",
    "A RabbitMQ address is missing or not a valid rabbitmq-stream://, rabbitmq-stream+tls://, amqp:// or amqps:// URL: rabbitmq-stream://user:password@host:port/vhost",
  );
}
