/** Where a proxy forwards to, and how its own URL looks. */
export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
  /** The target's URL (credentials, vhost and parameters kept) with 127.0.0.1 and this port. */
  urlThrough(port: number): string;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  "amqp:": 5672,
  "amqps:": 5671,
  "rabbitmq-stream:": 5552,
  "rabbitmq-stream+tls:": 5551,
};

/** Reads a broker URL, or a plain address, for which guest's credentials are assumed. */
export function proxyTarget(target: string | { readonly host: string; readonly port: number }): ProxyTarget {
  const text = typeof target === "string" ? target : `amqp://guest:guest@127.0.0.1:${target.port}`;
  const url = new URL(text);
  const defaultPort = DEFAULT_PORTS[url.protocol];
  if (defaultPort === undefined) {
    throw new Error(`a proxy's target must be an amqp(s): or rabbitmq-stream(+tls): URL, not '${url.protocol}'`);
  }
  const fromUrl = { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || defaultPort) };
  const { host, port } = typeof target === "string" ? fromUrl : target;
  return { host, port, urlThrough: (proxyPort) => withAddress(text, proxyPort) };
}

/** A textual change: serialising the URL again would alter percent-encoding in credentials. */
function withAddress(url: string, port: number): string {
  return url.replace(/^(?<start>[\w+-]+:\/\/(?:[^@/?]*@)?)[^/?#]*/, `$<start>127.0.0.1:${port}`);
}
