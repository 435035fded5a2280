import type { HashRange } from "./hash-key.ts";
import type { NewShard } from "./shard-map.ts";
import type { ConsumerRecord, StreamRecord, StreamSettings } from "./stream-record.ts";

type Tags = Readonly<Record<string, string>>;

/** Names a stream, and not a later one of the same name. */
interface OnStream {
  readonly name: string;
  readonly incarnation: string;
}

/** The commands that change streams. */
export type StreamCommand =
  | {
      readonly type: "create-stream";
      readonly name: string;
      readonly shards: readonly HashRange[];
      readonly keepHours: number;
      readonly settings: StreamSettings;
      readonly tags: Tags;
    }
  | { readonly type: "delete-stream"; readonly name: string; readonly enforce: boolean }
  /** The stream's queues are gone; its name is free. */
  | ({ readonly type: "forget-stream" } & OnStream)
  | ({ readonly type: "update-stream"; readonly settings: Partial<StreamSettings> } & OnStream)
  | ({
      readonly type: "begin-reshard";
      readonly id: string;
      readonly closes: readonly number[];
      readonly opens: readonly NewShard[];
      readonly keepHours: number;
    } & OnStream)
  /** Every shard that is closed has its end-of-shard marker. */
  | ({ readonly type: "finish-reshard"; readonly id: string } & OnStream)
  | ({ readonly type: "tag-stream"; readonly tags: Tags; readonly removed: readonly string[] } & OnStream)
  | ({ readonly type: "register-consumer"; readonly consumer: string; readonly tags: Tags } & OnStream)
  | ({ readonly type: "deregister-consumer"; readonly consumer: string } & OnStream)
  | ({
      readonly type: "tag-consumer";
      readonly consumer: string;
      readonly tags: Tags;
      readonly removed: readonly string[];
    } & OnStream)
  | ({ readonly type: "subscribe"; readonly consumer: string; readonly shard: number; readonly id: string } & OnStream)
  /** The policy of a stream or consumer, by ARN; none removes it. */
  | { readonly type: "set-policy"; readonly resource: string; readonly policy: string | undefined }
  | { readonly type: "set-billing"; readonly status: "ENABLED" | "DISABLED" };

/** What came of a command, the same in every process. */
export type StreamOutcome =
  | { readonly type: "applied"; readonly stream: StreamRecord | undefined }
  | { readonly type: "registered"; readonly consumer: ConsumerRecord }
  /** A stream or consumer of that name is there. */
  | { readonly type: "exists" }
  | { readonly type: "no-such-stream" }
  | { readonly type: "no-such-consumer" }
  /** The stream is being changed or deleted, or the shards are not open any more. */
  | { readonly type: "not-active"; readonly stream: StreamRecord }
  /** delete-stream: registered consumers are in the way. subscribe: the last call was less than 5 seconds ago. */
  | { readonly type: "in-use" };

/** All streams of a virtual host. */
export interface StreamState {
  readonly streams: Map<string, StreamRecord>;
  /** By the ARN that was given. */
  readonly policies: Map<string, string>;
  billing: { readonly status: "ENABLED" | "DISABLED"; readonly at: number };
}
