import {
  DEFAULT_ACCOUNT_ID,
  leaseBroker,
  type BrokerLease,
  type CallContext,
  type Deadline,
  type RabbitMQOptions,
} from "@warrenmq/core/internal";
import { sqsBrokerOf, type SqsBroker } from "../broker/sqs-broker.ts";

/** What a client knows that its operations need. */
export interface SqsSettings {
  readonly broker: RabbitMQOptions;
  /** The client's region, for queue URLs and ARNs. */
  readonly region: () => Promise<string>;
}

/** What one call of an operation runs on. */
export interface SqsContext {
  readonly call: CallContext;
  readonly sqs: SqsBroker;
  /** By when the broker must have answered. */
  readonly deadline: Deadline;
  /** The client's region. */
  region(): Promise<string>;
  /** The account id of queue URLs and ARNs. */
  readonly accountId: string;
}

/** The operations' share of a client. */
export interface SqsRuntime {
  /** @throws RabbitError `invalid-address`, `destroyed` */
  contextFor(call: CallContext): SqsContext;
  /** Gives the broker link back; part of the client's `destroy()`. A later call takes a new one, as with AWS. */
  release(): void;
}

/** Starts a client's runtime. Nothing is connected before the first call. */
export function startRuntime({ broker: options, region }: SqsSettings): SqsRuntime {
  const accountId = options.accountId ?? DEFAULT_ACCOUNT_ID;
  let lease: BrokerLease | undefined;
  return {
    contextFor(call) {
      lease ??= leaseBroker(options);
      return { call, sqs: sqsBrokerOf(lease.broker), deadline: lease.deadline(), region, accountId };
    },
    release() {
      lease?.release();
      lease = undefined;
    },
  };
}
