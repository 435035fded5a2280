/** Where a proxy forwards to, and how its own URL looks. */
export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
  /** The target's URL (credentials, vhost and parameters kept) with 127.0.0.1 and this port. */
  urlThrough(port: number): string;
}

/** Reads a broker URL, or a plain address, for which guest's credentials are assumed. */
export function proxyTarget(target: string | { readonly host: string; readonly port: number }): ProxyTarget {
  const text = typeof target === "string" ? target : `amqp://guest:guest@127.0.0.1:${target.port}`;
  const url = new URL(text);
  if (url.protocol !== "amqp:" && url.protocol !== "amqps:") {
    throw new Error(`a proxy's target must be an amqp: or amqps: URL, not '${url.protocol}'`);
  }
  const defaultPort = url.protocol === "amqps:" ? 5671 : 5672;
  const fromUrl = { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || defaultPort) };
  const { host, port } = typeof target === "string" ? fromUrl : target;
  return { host, port, urlThrough: (proxyPort) => withAddress(text, proxyPort) };
}

/** A textual change: serialising the URL again would alter percent-encoding in credentials. */
function withAddress(url: string, port: number): string {
  return url.replace(/^(?<start>\w+:\/\/(?:[^@/?]*@)?)[^/?#]*/, `$<start>127.0.0.1:${port}`);
}
