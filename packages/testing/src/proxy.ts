import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { freePort } from "./free-port.ts";
import { PortTakenError, withFreshPorts } from "./port-taken-error.ts";
import { noFaults, Pump } from "./proxy-pump.ts";
import type { Direction, Faults, PumpEvents } from "./proxy-pump.ts";
import { proxyTarget } from "./proxy-target.ts";
import type { ProxyTarget } from "./proxy-target.ts";
import { resetSocket } from "./reset-socket.ts";

/** A number of milliseconds for each direction. */
export interface ProxyDelay {
  /** @default 0 */
  readonly toBrokerMs?: number;
  /** @default 0 */
  readonly toClientMs?: number;
}

/** A number of bytes for one or both directions. */
export interface ProxyByteLimit {
  readonly toBroker?: number;
  readonly toClient?: number;
}

/** One or both directions. */
export interface ProxyDirections {
  readonly toBroker?: boolean;
  readonly toClient?: boolean;
}

/** How {@link startProxy} is called. */
export interface StartProxyOptions {
  /** What to forward to: a broker's URL, or a TCP address. */
  readonly target: string | { readonly host: string; readonly port: number };
}

interface Connection {
  readonly client: Socket;
  readonly broker: Socket;
  readonly pumps: readonly Pump[];
}

/**
 * A TCP proxy on loopback in front of a broker, which breaks connections in the ways in which networks do. Faults apply to
 * the connections of the moment and to later ones, until {@link Proxy.restore}. It looks at no byte, so TLS passes as well.
 * @public
 */
export class Proxy implements AsyncDisposable {
  /** The target's URL with the proxy's address in the place of the target's. */
  readonly url: string;
  readonly port: number;
  readonly #target: ProxyTarget;
  readonly #server: Server;
  readonly #open = new Set<Connection>();
  #faults: Faults = noFaults();
  #bytes: Record<Direction, number> = { toBroker: 0, toClient: 0 };
  #connections = 0;
  #cuts = 0;
  #swallowed = 0;

  private constructor(target: ProxyTarget, port: number) {
    this.#target = target;
    this.port = port;
    this.url = target.urlThrough(port);
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#connect(client));
  }

  /** Bytes passed on to the broker since the start. */
  get bytesToBroker(): number {
    return this.#bytes.toBroker;
  }

  /** Bytes passed on to clients since the start. */
  get bytesToClient(): number {
    return this.#bytes.toClient;
  }

  /** Bytes that {@link Proxy.swallow} threw away since the start. */
  get bytesSwallowed(): number {
    return this.#swallowed;
  }

  /** Connections accepted since the start. */
  get connections(): number {
    return this.#connections;
  }

  /** Connections that are open now. */
  get openConnections(): number {
    return this.#open.size;
  }

  /** How many times connections were reset, by {@link Proxy.cut} or {@link Proxy.cutAfter}. */
  get cuts(): number {
    return this.#cuts;
  }

  /** Resets (TCP RST) all connections, on both sides. New ones are accepted. */
  cut(): void {
    this.#cuts += 1;
    for (const { client, broker } of this.#open) {
      resetSocket(client);
      resetSocket(broker);
    }
  }

  /**
   * Cuts, once, as soon as that many more bytes have passed in a direction (counted over all connections, from now). Exactly these
   * bytes reach the other side. {@link Proxy.cuts} tells when it happened.
   */
  cutAfter(limit: ProxyByteLimit): void {
    this.#faults.remaining = { toBroker: limit.toBroker, toClient: limit.toClient };
    if (limit.toBroker === 0 || limit.toClient === 0) this.#cutAsArmed();
  }

  /** Delays every byte; order is kept. */
  delay({ toBrokerMs = 0, toClientMs = 0 }: ProxyDelay): void {
    this.#faults.delayMs = { toBroker: toBrokerMs, toClient: toClientMs };
  }

  /** Stops reading on both sides; the connections stay open. What arrives waits in the system's buffers for {@link Proxy.restore}. */
  halfOpen(): void {
    this.#faults.halfOpen = true;
    this.#update();
  }

  /** Lets the bytes of a direction vanish while the other direction flows: `{ toClient: true }` loses confirms, say. */
  swallow({ toBroker = false, toClient = false }: ProxyDirections): void {
    this.#faults.swallow = { toBroker, toClient };
  }

  /** As {@link Proxy.swallow}, once that many more bytes have passed in a direction (counted over all connections, from now). */
  swallowAfter(limit: ProxyByteLimit): void {
    this.#faults.untilSwallow = { toBroker: limit.toBroker, toClient: limit.toClient };
  }

  /** Refuses new connections (ECONNREFUSED) until {@link Proxy.accept} or {@link Proxy.restore}. Open ones go on. */
  refuse(): void {
    if (this.#server.listening) this.#server.close();
  }

  /** Accepts new connections again after {@link Proxy.refuse}. */
  accept(): Promise<void> {
    return this.#server.listening ? Promise.resolve() : this.#listen();
  }

  /** Ends all faults. Bytes that were swallowed stay lost: the connections concerned are of no more use. */
  async restore(): Promise<void> {
    this.#faults = noFaults();
    this.#update();
    await this.accept();
  }

  /** Stops listening and resets what is open. Idempotent. */
  stop(): Promise<void> {
    this.refuse();
    this.cut();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** @internal */
  static start(target: ProxyTarget): Promise<Proxy> {
    return withFreshPorts(async () => {
      const proxy = new Proxy(target, await freePort());
      await proxy.#listen();
      return proxy;
    });
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (cause: Error): void => reject(new PortTakenError(`the proxy cannot listen: ${cause.message}`));
      this.#server.once("error", fail);
      this.#server.listen(this.port, "127.0.0.1", () => {
        this.#server.off("error", fail);
        resolve();
      });
    });
  }

  #connect(client: Socket): void {
    this.#connections += 1;
    const { host, port } = this.#target;
    const broker = connect({ host, port, allowHalfOpen: true, noDelay: true });
    client.setNoDelay(true);
    const faults = (): Faults => this.#faults;
    const events: PumpEvents = {
      passed: (direction, bytes) => (this.#bytes[direction] += bytes),
      swallowed: (bytes) => (this.#swallowed += bytes),
      exhausted: () => this.#cutAsArmed(),
    };
    const pumps = [
      new Pump(client, broker, "toBroker", faults, events),
      new Pump(broker, client, "toClient", faults, events),
    ];
    const connection: Connection = { client, broker, pumps };
    this.#open.add(connection);
    this.#forwardClose(connection, client, broker);
    this.#forwardClose(connection, broker, client);
  }

  #forwardClose(connection: Connection, socket: Socket, peer: Socket): void {
    // The error itself is of no interest: "close" follows and tells that there was one.
    socket.on("error", () => undefined);
    socket.on("close", (hadError) => {
      if (peer.destroyed) this.#open.delete(connection);
      if (hadError) resetSocket(peer);
    });
  }

  #cutAsArmed(): void {
    this.#faults.remaining = noFaults().remaining;
    this.cut();
  }

  #update(): void {
    for (const { pumps } of this.#open) {
      for (const pump of pumps) pump.update();
    }
  }
}

/**
 * Starts a TCP proxy on a free loopback port in front of a broker.
 * @example
 * await using proxy = await startProxy({ target: broker.url });
 * const connection = await connect(proxy.url);
 * proxy.cut();
 * @public
 */
export function startProxy({ target }: StartProxyOptions): Promise<Proxy> {
  return Proxy.start(proxyTarget(target));
}
