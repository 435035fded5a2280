import { channel } from "node:diagnostics_channel";
import type { ConnectionStatus } from "./connection.ts";

/**
 * What subscribers of the channel `warrenmq.connection` get with each change of a connection.
 * @public
 */
export interface ConnectionEvent {
  /** `connectionName` of the client's options. */
  readonly connectionName: string;
  /** `publish` or `consume`: each broker link has one connection of each kind. */
  readonly role: string;
  readonly status: ConnectionStatus;
  /** The addresses that are tried in turn, each `host:port/vhost`. */
  readonly addresses: readonly string[];
  /** Why the last attempt to connect failed, when it did. */
  readonly error?: Error | undefined;
}

const connections = channel("warrenmq.connection");

/** Whether somebody listens to connections. */
export function isConnectionChannelUsed(): boolean {
  return connections.hasSubscribers;
}

/** Tells those who listen. */
export function publishConnection(event: ConnectionEvent): void {
  connections.publish(event);
}
