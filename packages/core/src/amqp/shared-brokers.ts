import { Broker } from "./broker.ts";
import { deadlineIn, type Deadline } from "./deadline.ts";
import { resolveRabbitMQOptions, type RabbitMQOptions } from "./options.ts";

interface SharedBroker {
  readonly broker: Broker;
  users: number;
}

/** The version changes when copies of this package could no longer share a {@link Broker}. */
const REGISTRY_KEY = Symbol.for("@warrenmq/core/brokers/v1");

/** One client's share of a {@link Broker}. */
export interface BrokerLease {
  readonly broker: Broker;
  /** The deadline for a call that starts now: this client's own `timeoutMs` ahead. */
  deadline(): Deadline;
  /** Gives the share back; the last one closes the broker link. Later calls do nothing. */
  release(): void;
}

/**
 * The broker link for these options: clients of one process with the same addresses, TLS settings and connection name share
 * it, also when the process has several copies of this package. So a message received by one client can be deleted by
 * another. The heartbeat is that of the client that came first.
 * @throws RabbitError `invalid-address`
 */
export function leaseBroker(options: RabbitMQOptions): BrokerLease {
  const shared = sharedBrokers();
  const resolved = resolveRabbitMQOptions(options);
  const { addresses, tls, connectionName, timeoutMs } = resolved;
  const key = JSON.stringify({ addresses, tls, connectionName }, (_name, value: unknown) =>
    typeof value === "function" ? idOf(value) : value,
  );
  const entry = shared.get(key) ?? { broker: new Broker(resolved), users: 0 };
  shared.set(key, entry);
  entry.users++;
  let released = false;
  const release = (): void => {
    if (released) return;
    released = true;
    if (--entry.users > 0) return;
    shared.delete(key);
    void entry.broker.close();
  };
  return { broker: entry.broker, deadline: () => deadlineIn(timeoutMs), release };
}

const ids = new WeakMap<object, string>();

/** Tells functions apart: two of the same text may have other things in reach. */
function idOf(callback: object): string {
  const id = ids.get(callback) ?? crypto.randomUUID();
  ids.set(callback, id);
  return id;
}

function sharedBrokers(): Map<string, SharedBroker> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the symbol is ours: whatever stands under it, a copy of this file put there
  const holder = globalThis as { [REGISTRY_KEY]?: Map<string, SharedBroker> };
  return (holder[REGISTRY_KEY] ??= new Map());
}
