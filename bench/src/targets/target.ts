import type { LoadRecord } from "../load/record-maker.ts";
import type { RecordHeader } from "../load/record-header.ts";
import type { Resource } from "../workload/scenario-plan.ts";

/** Where a target is. */
export interface Endpoint {
  /** AMQP URI of the broker. */
  readonly amqpUrl?: string;
  /** `rabbitmq-stream://…`, where the broker has the plugin. */
  readonly streamUrl?: string;
  /** For connections that go through a proxy: where all nodes are dialled. */
  readonly streamAddress?: { readonly host: string; readonly port: number };
  /** http(s) address for the AWS SDK; without it the SDK finds AWS's. */
  readonly awsEndpoint?: string;
  /** What the target `fake` does. */
  readonly fake?: FakeBehaviour;
}

/** What the target that is no broker does: the tests of the method know what must be measured. */
export interface FakeBehaviour {
  /** How long calls take, in turn. */
  readonly latenciesMs: readonly number[];
  /** From when on, in milliseconds since the first call, nothing is answered for so long. */
  readonly stall?: { readonly atMs: number; readonly forMs: number };
  /** Every n-th record is confirmed and not stored. */
  readonly loseEvery?: number;
  /** Every n-th record is delivered twice. */
  readonly duplicateEvery?: number;
  /** Every n-th record comes after the one behind it. */
  readonly swapEvery?: number;
  /** Every n-th call fails. */
  readonly failEvery?: number;
}

/** What a run needs of a target. */
export interface ResourceRequest {
  /** A name that nothing else has. */
  readonly name: string;
  readonly resource: Resource;
  readonly shards: number;
  /** Groups of consumers, of which each gets every record. */
  readonly groups: number;
  readonly delaySeconds: number;
}

/** One group's place at a target, as a worker opens it. */
export interface ConsumerRequest {
  readonly group: number;
  /** The number of this consumer within its group, and how many there are: they share the shards of a stream. */
  readonly member: number;
  readonly members: number;
  readonly reading: "poll" | "push";
  /** Records of a receive. */
  readonly batch: number;
  /** Called with the headers of records that came, in order. */
  readonly onRecords: (headers: readonly (RecordHeader | undefined)[]) => void;
  /** Called when the consumer cannot go on. */
  readonly onError: (error: Error) => void;
}

/** Sends records. */
export interface Producer {
  /** Resolves when all of them are stored. Several calls may be under way. @throws PartlySentError when some are */
  send(records: readonly LoadRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** Receives records until it is closed; deletes or acknowledges what it has received. */
export interface Consumer {
  close(): Promise<void>;
}

/** An open way to a target. Disposing closes connections; what was created stays until it is removed. */
export interface TargetSession extends AsyncDisposable {
  /** @throws Error when the target cannot serve the request */
  create(request: ResourceRequest): Promise<void>;
  /** Removes what {@link TargetSession.create} made, also when that was half done. */
  remove(request: ResourceRequest): Promise<void>;
  producer(request: ResourceRequest): Promise<Producer>;
  consumer(request: ResourceRequest, options: ConsumerRequest): Promise<Consumer>;
  /** Changes the number of shards, while records are put and read. */
  reshard?(request: ResourceRequest, shards: number): Promise<void>;
}

/** Something that takes records and gives them back. The same scenarios run on all of them. */
export interface Target {
  readonly name: string;
  readonly title: string;
  /** How record bodies travel. */
  readonly encoding: "binary" | "text";
  readonly resources: readonly Resource[];
  /** What must be known of the endpoint. */
  readonly needs: readonly ("amqpUrl" | "streamUrl" | "awsEndpoint" | "fake")[];
  /** How a stream can be read. */
  readonly readings: readonly ("poll" | "push")[];
  readonly canReshard: boolean;
  readonly canDelay: boolean;
  /** Whether it goes on by itself after its connections were cut. They go through a proxy of the run, which does not speak HTTP. */
  readonly canResume: boolean;
  open(endpoint: Endpoint): Promise<TargetSession>;
}

/** Some records of a call were not stored. */
export class PartlySentError extends Error {
  override readonly name: string = "PartlySentError";
  /** Places in the call. */
  readonly failed: readonly number[];

  constructor(message: string, failed: readonly number[]) {
    super(message);
    this.failed = failed;
  }
}
