import { parse, stringify } from "yaml";

/** A queue as a topology file describes it. Attributes have AWS's names and are texts, as in CreateQueue. */
export interface TopologyQueue {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Where messages go that were received too often. */
  readonly deadLetter?: { readonly queue: string; readonly maxReceiveCount: number };
}

/** A queue's subscription to a topic. */
export interface TopologySubscription {
  readonly queue: string;
  /** JSON, as in SetSubscriptionAttributes. */
  readonly filterPolicy?: string;
  readonly filterPolicyScope?: "MessageAttributes" | "MessageBody";
  /** @default false */
  readonly rawMessageDelivery?: boolean;
  readonly deadLetterQueue?: string;
}

/** A topic as a topology file describes it. */
export interface TopologyTopic {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly subscriptions?: readonly TopologySubscription[];
}

/** A stream as a topology file describes it. */
export interface TopologyStream {
  readonly name: string;
  readonly shards: number;
  readonly retentionHours?: number;
}

/** What must exist on a broker before the first message. `warrenmq topology apply` makes it so. */
export interface Topology {
  readonly version: 1;
  readonly queues: readonly TopologyQueue[];
  readonly topics: readonly TopologyTopic[];
  readonly streams: readonly TopologyStream[];
}

/** What the inventory could not say for certain, as comments above the file. */
export function topologyText(topology: Topology, remarks: readonly string[]): string {
  const heading = ["Topology for WarrenMQ. `warrenmq topology apply FILE` makes it on the broker.", ...remarks];
  return `${heading.map((line) => `# ${line}`).join("\n")}\n${stringify(topology, { lineWidth: 120 })}`;
}

/**
 * Reads a topology file.
 * @throws Error that names the member that is wrong
 */
export function parseTopology(yaml: string): Topology {
  const value: unknown = parse(yaml);
  const root = record(value, "the file");
  if (root["version"] !== 1) throw new Error(`version must be 1, not ${String(root["version"])}`);
  const topology: Topology = {
    version: 1,
    queues: list(root["queues"], "queues").map((item, index) => queue(item, `queues[${index}]`)),
    topics: list(root["topics"], "topics").map((item, index) => topic(item, `topics[${index}]`)),
    streams: list(root["streams"], "streams").map((item, index) => stream(item, `streams[${index}]`)),
  };
  checkReferences(topology);
  return topology;
}

function queue(value: unknown, where: string): TopologyQueue {
  const item = record(value, where);
  const dead = item["deadLetter"] === undefined ? undefined : record(item["deadLetter"], `${where}.deadLetter`);
  return {
    name: text(item["name"], `${where}.name`),
    ...attributesOf(item, where),
    ...(dead === undefined
      ? {}
      : {
          deadLetter: {
            queue: text(dead["queue"], `${where}.deadLetter.queue`),
            maxReceiveCount: count(dead["maxReceiveCount"], `${where}.deadLetter.maxReceiveCount`),
          },
        }),
  };
}

function topic(value: unknown, where: string): TopologyTopic {
  const item = record(value, where);
  const subscriptions = list(item["subscriptions"], `${where}.subscriptions`).map((entry, index) =>
    subscription(entry, `${where}.subscriptions[${index}]`),
  );
  return {
    name: text(item["name"], `${where}.name`),
    ...attributesOf(item, where),
    ...(subscriptions.length === 0 ? {} : { subscriptions }),
  };
}

function subscription(value: unknown, where: string): TopologySubscription {
  const item = record(value, where);
  const scope = item["filterPolicyScope"];
  if (scope !== undefined && scope !== "MessageAttributes" && scope !== "MessageBody")
    throw new Error(`${where}.filterPolicyScope must be MessageAttributes or MessageBody`);
  const raw = item["rawMessageDelivery"];
  if (raw !== undefined && typeof raw !== "boolean")
    throw new Error(`${where}.rawMessageDelivery must be true or false`);
  return {
    queue: text(item["queue"], `${where}.queue`),
    ...(item["filterPolicy"] === undefined
      ? {}
      : { filterPolicy: text(item["filterPolicy"], `${where}.filterPolicy`) }),
    ...(scope === undefined ? {} : { filterPolicyScope: scope }),
    ...(raw === undefined ? {} : { rawMessageDelivery: raw }),
    ...(item["deadLetterQueue"] === undefined
      ? {}
      : { deadLetterQueue: text(item["deadLetterQueue"], `${where}.deadLetterQueue`) }),
  };
}

function stream(value: unknown, where: string): TopologyStream {
  const item = record(value, where);
  return {
    name: text(item["name"], `${where}.name`),
    shards: count(item["shards"], `${where}.shards`),
    ...(item["retentionHours"] === undefined
      ? {}
      : { retentionHours: count(item["retentionHours"], `${where}.retentionHours`) }),
  };
}

/** Dead-letter queues and subscribed queues must be in the file: applying it would fail half way otherwise. */
function checkReferences({ queues, topics }: Topology): void {
  const known = new Set(queues.map(({ name }) => name));
  const named = [
    ...queues.flatMap(({ name, deadLetter }) =>
      deadLetter === undefined ? [] : [[`queue ${name}`, deadLetter.queue] as const],
    ),
    ...topics.flatMap(({ name, subscriptions = [] }) =>
      subscriptions.flatMap(({ queue: subscriber, deadLetterQueue }) =>
        [subscriber, ...(deadLetterQueue === undefined ? [] : [deadLetterQueue])].map(
          (target) => [`topic ${name}`, target] as const,
        ),
      ),
    ),
  ];
  const missing = named.find(([, target]) => !known.has(target));
  if (missing !== undefined)
    throw new Error(`${missing[0]} refers to the queue ${missing[1]}, which is not in the file`);
}

function attributesOf(
  item: Readonly<Record<string, unknown>>,
  where: string,
): { attributes?: Readonly<Record<string, string>> } {
  if (item["attributes"] === undefined) return {};
  const entries = Object.entries(record(item["attributes"], `${where}.attributes`));
  return { attributes: Object.fromEntries(entries.map(([key, value]) => [key, String(value)])) };
}

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${where} must be a map`);
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Error(`${where} must be a list`);
  return value;
}

function text(value: unknown, where: string): string {
  if (typeof value !== "string" || value === "") throw new Error(`${where} must be a text`);
  return value;
}

function count(value: unknown, where: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1)
    throw new Error(`${where} must be a whole number from 1 on`);
  return value;
}
