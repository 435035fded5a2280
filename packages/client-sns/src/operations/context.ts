import {
  DEFAULT_ACCOUNT_ID,
  leaseBroker,
  type BrokerLease,
  type CallContext,
  type Deadline,
  type RabbitMQOptions,
} from "@warrenmq/core/internal";
import { snsBrokerOf, type SnsBroker } from "../broker/sns-broker.ts";
import type { SnsQuotas } from "../model/quotas.ts";
import type { SigningKey } from "../model/signature.ts";

/** What a client knows that its operations need. */
export interface SnsSettings {
  readonly broker: RabbitMQOptions;
  /** The client's region, for ARNs. */
  readonly region: () => Promise<string>;
  readonly signingKey: SigningKey | undefined;
  readonly quotas: SnsQuotas;
}

/** What one call of an operation runs on. */
export interface SnsContext {
  readonly call: CallContext;
  readonly sns: SnsBroker;
  /** By when the broker must have answered. */
  readonly deadline: Deadline;
  /** The client's region; a promise until it is known. */
  region(): string | Promise<string>;
  /** The account id of ARNs. */
  readonly accountId: string;
  readonly signingKey: SigningKey | undefined;
  readonly quotas: SnsQuotas;
}

/** The operations' share of a client. */
export interface SnsRuntime {
  /** @throws RabbitError `invalid-address`, `destroyed` */
  contextFor(call: CallContext): SnsContext;
  /** Gives the broker link back; part of the client's `destroy()`. A later call takes a new one, as with AWS. */
  release(): void;
}

/** Starts a client's runtime. Nothing is connected before the first call. */
export function startRuntime({ broker: options, region: askRegion, signingKey, quotas }: SnsSettings): SnsRuntime {
  const accountId = options.accountId ?? DEFAULT_ACCOUNT_ID;
  let lease: BrokerLease | undefined;
  let knownRegion: string | undefined;
  const region = (): string | Promise<string> => knownRegion ?? askRegion().then((answer) => (knownRegion = answer));
  return {
    contextFor(call) {
      lease ??= leaseBroker(options);
      const sns = snsBrokerOf(lease.broker);
      return { call, sns, deadline: lease.deadline(), region, accountId, signingKey, quotas };
    },
    release() {
      lease?.release();
      lease = undefined;
    },
  };
}
