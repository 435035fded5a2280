import { RabbitError, readTlsParameters, remainingMs, type Deadline } from "@warrenmq/core/internal";
import { connect as connectTcp, isIP } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ConnectionOptions as TlsConnectionOptions } from "node:tls";
import type { StreamAddress } from "./address.ts";
import type { ResolvedStreamOptions } from "./options.ts";

/**
 * Connects, with TLS where the address asks for it. The socket is unreferenced: it keeps no process alive.
 * @throws RabbitError `connection-failed`
 */
export async function openSocket(
  address: StreamAddress,
  options: ResolvedStreamOptions,
  deadline: Deadline,
): Promise<Socket> {
  const tls = address.isTls ? await readTls(address, options) : {};
  return new Promise((resolve, reject) => {
    const socket = dial(address, tls);
    socket.unref();
    socket.setNoDelay(true);
    const fail = (reason: string, cause?: unknown): void => {
      socket.destroy();
      reject(cannotConnect(address, reason, cause));
    };
    const timer = setTimeout(
      () => fail("no answer in time"),
      Math.min(options.connectTimeoutMs, remainingMs(deadline)),
    ).unref();
    const onError = (error: Error): void => {
      clearTimeout(timer);
      fail(error.message || networkCode(error), error);
    };
    socket.once("error", onError);
    socket.once(address.isTls ? "secureConnect" : "connect", () => {
      clearTimeout(timer);
      socket.off("error", onError);
      resolve(socket);
    });
  });
}

async function readTls(address: StreamAddress, { tls }: ResolvedStreamOptions): Promise<TlsConnectionOptions> {
  try {
    return await readTlsParameters(address.query, tls);
  } catch (error) {
    throw cannotConnect(address, error instanceof Error ? error.message : String(error), error);
  }
}

function cannotConnect({ label }: StreamAddress, reason: string, cause: unknown): RabbitError {
  const hint = "Check that the plugin rabbitmq_stream is enabled and the port can be reached.";
  const message = `Cannot connect to RabbitMQ's stream port at ${label}: ${reason}. ${hint}`;
  return new RabbitError("connection-failed", message, { cause });
}

function dial({ host, port, isTls }: StreamAddress, tls: TlsConnectionOptions): Socket {
  if (!isTls) return connectTcp({ host, port });
  return connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...tls });
}

/** An AggregateError of a host with several addresses has an empty message, but a code. */
function networkCode(error: Error): string {
  return "code" in error ? String(error.code) : "no reason given";
}
