import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";

/** TLS settings, or where to get them: a function is asked before each connection, so that renewed certificates are used. */
export type TlsSettings = ConnectionOptions | (() => ConnectionOptions | Promise<ConnectionOptions>);

/** Parameters of RabbitMQ's URIs that name files (PEM): https://www.rabbitmq.com/docs/uri-query-parameters */
const FILES = [
  ["cacertfile", "ca"],
  ["certfile", "cert"],
  ["keyfile", "key"],
] as const;
const SERVER_NAME = "server_name_indication";
const VERIFY = "verify";

/**
 * The TLS options for one connection to an `amqps:` address, read now: the files that its URI names, over them what the
 * client's options say. Certificates are verified unless somebody said `verify=verify_none` or `rejectUnauthorized: false`.
 * @throws Error when a file cannot be read
 */
export async function readTlsOptions(uri: string, settings: TlsSettings): Promise<ConnectionOptions> {
  const { protocol, hostname, searchParams } = new URL(uri);
  if (protocol !== "amqps:") return {};
  const named = isIP(hostname) === 0 ? { servername: hostname } : {};
  return { ...named, ...(await readTlsParameters(searchParams, settings)) };
}

/**
 * What the query of a URI says about TLS, read now, and over it what the client's options say.
 * @throws Error when a file cannot be read
 */
export async function readTlsParameters(query: URLSearchParams, settings: TlsSettings): Promise<ConnectionOptions> {
  const named: ConnectionOptions = {};
  const servername = query.get(SERVER_NAME);
  if (servername !== null) named.servername = servername;
  if (query.get(VERIFY) === "verify_none") named.rejectUnauthorized = false;
  for (const [parameter, option] of FILES) {
    const file = query.get(parameter);
    if (file !== null) named[option] = await readFile(file);
  }
  return { ...named, ...(typeof settings === "function" ? await settings() : settings) };
}

/** The URI without the parameters that are read here. */
export function withoutTlsParameters(uri: string): string {
  const url = new URL(uri);
  for (const name of [...FILES.map(([parameter]) => parameter), SERVER_NAME, VERIFY]) url.searchParams.delete(name);
  return url.href;
}
