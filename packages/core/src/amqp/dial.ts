import { connect, type ChannelModel } from "amqplib";
import type { BrokerAddress } from "./address.ts";
import { connectionInternals } from "./amqplib-internals.ts";
import { coalesceWrites } from "./coalesce-writes.ts";
import type { ResolvedRabbitMQOptions } from "./options.ts";
import { RabbitError } from "./rabbit-error.ts";
import { readTlsOptions, withoutTlsParameters } from "./tls.ts";

/**
 * Connects to one address. The socket and the heartbeat timers are unreferenced: what keeps the process alive is an
 * outstanding call, never an open connection.
 * @throws RabbitError `access-refused`, `vhost-not-found` or `connection-failed`.
 */
export async function dial(
  address: BrokerAddress,
  options: ResolvedRabbitMQOptions,
  role: string,
): Promise<ChannelModel> {
  try {
    const tls = await readTlsOptions(address.uri, options.tls);
    const model = await connect(withHeartbeat(withoutTlsParameters(address.uri), options.heartbeatSeconds), {
      ...tls,
      noDelay: true,
      timeout: options.connectTimeoutMs,
      clientProperties: { connection_name: `${options.connectionName} (${role})`, product: "WarrenMQ" },
    });
    const internals = connectionInternals(model);
    internals.stream.unref();
    // amqplib leaves the socket open when it gives a silent connection up.
    model.on("close", () => internals.stream.destroy());
    coalesceWrites(internals.stream);
    internals.heartbeater?.sendTimer.unref();
    internals.heartbeater?.recvTimer.unref();
    return model;
  } catch (error) {
    throw dialError(error, address);
  }
}

function withHeartbeat(uri: string, seconds: number): string {
  const url = new URL(uri);
  if (!url.searchParams.has("heartbeat")) url.searchParams.set("heartbeat", String(seconds));
  return url.href;
}

function dialError(error: unknown, address: BrokerAddress): RabbitError {
  const reason = error instanceof Error ? error.message : String(error);
  if (/ACCESS.REFUSED|\b403\b/i.test(reason)) {
    if (/vhost/i.test(reason)) return vhostError(address, error);
    return new RabbitError(
      "access-refused",
      `RabbitMQ at ${address.label} refused the credentials. Check user name and password in the broker address.`,
      { cause: error, replyCode: 403 },
    );
  }
  // amqplib does not pass on why the broker refused connection.open; it is about the virtual host in every case.
  if (/ConnectionOpenOk; got <ConnectionClose/.test(reason)) return vhostError(address, error);
  if (/vhost .*not found|NOT_ALLOWED|\b530\b/i.test(reason)) return vhostError(address, error);
  return new RabbitError(
    "connection-failed",
    `Cannot connect to RabbitMQ at ${address.label}: ${reason || networkCode(error)}. Check that it runs and can be reached.`,
    { cause: error },
  );
}

function vhostError(address: BrokerAddress, cause: unknown): RabbitError {
  return new RabbitError(
    "vhost-not-found",
    `The virtual host of RabbitMQ at ${address.label} does not exist, the user has no access to it, or its connection limit is reached.`,
    { cause },
  );
}

/** An AggregateError of a host with several addresses has an empty message, but a code. */
function networkCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "no reason given";
}
