import {
  DEFAULT_ACCOUNT_ID,
  leaseBroker,
  type BrokerLease,
  type CallContext,
  type Deadline,
  type ExceptionTable,
  type RabbitMQOptions,
} from "@warrenmq/core/internal";
import type { LogLine } from "../broker/probed-transport.ts";
import type { StreamsOptions } from "../streams-options.ts";
import { kinesisBrokerOf, type KinesisBroker } from "../broker/kinesis-broker.ts";

/** What a client knows that its operations need. */
export interface KinesisSettings {
  readonly broker: RabbitMQOptions;
  readonly streams: StreamsOptions;
  /** Told which way the streams are written and read. */
  readonly log: LogLine;
  /** The client's region, for ARNs. */
  readonly region: () => Promise<string>;
  /** Whether the records of one call that go to the same shard share a message. */
  readonly batchFrames: boolean;
  /** For how many hours the broker is to keep the records of new shards. */
  readonly keepHours: number;
  /** For errors of subscriptions, which are thrown after the call was answered. */
  readonly exceptions: ExceptionTable;
}

/** What one call of an operation runs on. */
export interface KinesisContext extends Omit<KinesisSettings, "broker" | "streams" | "log"> {
  readonly call: CallContext;
  readonly kinesis: KinesisBroker;
  /** By when the broker must have answered. */
  readonly deadline: Deadline;
  /** The account id of ARNs and messages. */
  readonly accountId: string;
}

/** The operations' share of a client. */
export interface KinesisRuntime {
  /** @throws RabbitError `invalid-address`, `destroyed` */
  contextFor(call: CallContext): KinesisContext;
  /** Gives the broker link back; part of the client's `destroy()`. A later call takes a new one, as with AWS. */
  release(): void;
}

/** Starts a client's runtime. Nothing is connected before the first call. */
export function startRuntime({ broker: options, streams, log, ...settings }: KinesisSettings): KinesisRuntime {
  const accountId = options.accountId ?? DEFAULT_ACCOUNT_ID;
  let link: { readonly lease: BrokerLease; readonly kinesis: KinesisBroker } | undefined;
  const open = (): NonNullable<typeof link> => {
    const lease = leaseBroker(options);
    try {
      return { lease, kinesis: kinesisBrokerOf(lease.broker, streams, log) };
    } catch (error) {
      lease.release();
      throw error;
    }
  };
  return {
    contextFor(call) {
      link ??= open();
      const { lease, kinesis } = link;
      return { ...settings, call, kinesis, deadline: lease.deadline(), accountId };
    },
    release() {
      link?.lease.release();
      link = undefined;
    },
  };
}
