import type { Deadline } from "@warrenmq/core/internal";
import { Command } from "../protocol/command.ts";
import type { CommandVersion } from "../protocol/command-version.ts";
import {
  exchangeCommandVersionsRequest,
  openRequest,
  peerPropertiesRequest,
  saslAuthenticateRequest,
  saslHandshakeRequest,
  tuneFrame,
} from "../protocol/request-frame.ts";
import type { StreamRequest } from "../protocol/request-frame.ts";
import { readCommandVersions, readProperties, readStrings } from "../protocol/response-body.ts";
import type { NodeAddress } from "../protocol/response-body.ts";
import { responseError } from "./response-error.ts";
import type { StreamAddress } from "./address.ts";
import type { ResolvedStreamOptions } from "./options.ts";
import { ResponseCode } from "../protocol/response-code.ts";
import type { Query, Wire } from "./wire.ts";

/** What both sides agreed on, and who the broker says that it is. */
export interface HandshakeResult {
  /** `"4.3.6"` */
  readonly brokerVersion: string;
  /** Where this node wants to be reached; the address that was dialled when it does not say. */
  readonly node: NodeAddress;
  readonly frameMaxBytes: number;
  /** The highest version of each command that the broker knows; empty before RabbitMQ 3.11, where all are 1. */
  readonly maxVersions: ReadonlyMap<number, number>;
}

/** The broker's proposal for frame size and heartbeat. */
export interface Tune {
  readonly frameMaxBytes: number;
  readonly heartbeatSeconds: number;
}

/** What a handshake is about. */
export interface Handshake {
  readonly wire: Wire;
  readonly address: StreamAddress;
  readonly options: ResolvedStreamOptions;
  /** Shown in the connection's name on the broker. */
  readonly role: string;
  /** Settles with the broker's Tune, which comes unasked after the authentication. */
  readonly tuned: Promise<Tune>;
}

const MECHANISM = "PLAIN";

/**
 * Introduces us, authenticates, agrees on sizes and opens the virtual host.
 * @throws RabbitError `access-refused`, `vhost-not-found` or why the connection was lost
 */
export async function shakeHands(handshake: Handshake, deadline: Deadline): Promise<HandshakeResult> {
  const { wire, address, options, role } = handshake;
  const ask = <T>(request: StreamRequest, read: Query<T>["read"]): Promise<T> =>
    wire.ask({ request, action: `connect to ${address.label} as "${address.username}"`, read }, deadline);
  const properties = { product: "WarrenMQ", connection_name: `${options.connectionName} (${role})` };
  const peer = await ask(peerPropertiesRequest(properties), readProperties);
  const mechanisms = await ask(saslHandshakeRequest(), readStrings);
  if (!mechanisms.includes(MECHANISM)) {
    throw responseError(ResponseCode.saslMechanismNotSupported, `log in with ${MECHANISM}`);
  }
  await ask(saslAuthenticateRequest(MECHANISM, credentials(address)), () => undefined);
  const frameMaxBytes = agree(await handshake.tuned, handshake);
  const connection = await ask(openRequest(address.virtualHost), readProperties);
  const brokerVersion = peer.get("version") ?? "";
  const versions = knowsVersions(brokerVersion) ? await ask(exchangeCommandVersionsRequest(), readCommandVersions) : [];
  return { brokerVersion, node: nodeOf(connection, address), frameMaxBytes, maxVersions: highest(versions) };
}

/** Whether the broker knows this command at all; unknown ones make it close the connection. */
export function knowsCommand({ brokerVersion, maxVersions }: HandshakeResult, command: number): boolean {
  return command < Command.consumerUpdate || (knowsVersions(brokerVersion) && maxVersions.has(command));
}

function credentials({ username, password }: StreamAddress): Buffer {
  return Buffer.from(`\0${username}\0${password}`);
}

function agree(tune: Tune, { wire, options }: Handshake): number {
  const frameMaxBytes = lower(tune.frameMaxBytes, options.frameMaxBytes);
  const heartbeatSeconds = lower(tune.heartbeatSeconds, options.heartbeatSeconds);
  wire.send(tuneFrame(frameMaxBytes, heartbeatSeconds));
  wire.beat(heartbeatSeconds);
  return frameMaxBytes;
}

/** 0 means no limit. */
function lower(one: number, other: number): number {
  return one === 0 || other === 0 ? Math.max(one, other) : Math.min(one, other);
}

/** RabbitMQ 3.10 closes the connection when it is asked for the versions of commands. */
function knowsVersions(brokerVersion: string): boolean {
  const [major = 0, minor = 0] = brokerVersion.split(".").map(Number);
  return major > 3 || (major === 3 && minor >= 11);
}

function nodeOf(connection: ReadonlyMap<string, string>, { host, port }: StreamAddress): NodeAddress {
  return {
    host: connection.get("advertised_host") ?? host,
    port: Number(connection.get("advertised_port") ?? port),
  };
}

function highest(versions: readonly CommandVersion[]): ReadonlyMap<number, number> {
  return new Map(versions.map(({ command, max }) => [command, max]));
}
