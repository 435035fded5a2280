import type { CommandFacts, RegistryFold } from "@warrenmq/core/internal";
import { parseStreamCommand } from "./parse-stream-command.ts";
import { applyReshard, finishReshard } from "./reshard.ts";
import type { StreamCommand, StreamOutcome, StreamState } from "./stream-command.ts";
import type { ConsumerRecord, StreamRecord } from "./stream-record.ts";
import { STREAM_SNAPSHOT } from "./stream-snapshot.ts";

/** AWS: a shard's subscription cannot be taken over for this long. */
export const SUBSCRIPTION_HELD_MS = 5_000;

/** How the Kinesis part of the registry is read. */
export const STREAM_FOLD: RegistryFold<StreamState, StreamCommand, StreamOutcome> = {
  service: "kinesis",
  initial: () => ({ streams: new Map(), policies: new Map(), billing: { status: "DISABLED", at: 0 } }),
  parse: parseStreamCommand,
  apply: applyCommand,
  snapshot: STREAM_SNAPSHOT,
};

type Of<Type extends StreamCommand["type"]> = StreamCommand & { readonly type: Type };

function applyCommand(state: StreamState, command: StreamCommand, facts: CommandFacts): StreamOutcome {
  if (command.type === "create-stream") return create(state, command, facts);
  if (command.type === "delete-stream") return beginDeletion(state, command);
  if (command.type === "set-billing") {
    state.billing = { status: command.status, at: facts.at };
    return { type: "applied", stream: undefined };
  }
  if (command.type === "set-policy") {
    const { resource, policy } = command;
    if (policy === undefined) state.policies.delete(resource);
    else state.policies.set(resource, policy);
    return { type: "applied", stream: undefined };
  }
  return applyToStream(state, command, facts);
}

type StreamChange = Extract<StreamCommand, { readonly incarnation: string }>;

function applyToStream(state: StreamState, command: StreamChange, facts: CommandFacts): StreamOutcome {
  const stream = state.streams.get(command.name);
  if (stream?.incarnation !== command.incarnation) return { type: "no-such-stream" };
  const put = (next: StreamRecord): StreamOutcome => {
    state.streams.set(next.name, next);
    return { type: "applied", stream: next };
  };
  switch (command.type) {
    case "forget-stream":
      state.streams.delete(stream.name);
      return { type: "applied", stream: undefined };
    case "update-stream":
      return put({ ...stream, settings: { ...stream.settings, ...command.settings } });
    case "tag-stream":
      return put({ ...stream, tags: retagged(stream.tags, command) });
    case "begin-reshard": {
      const next = applyReshard(stream, command, facts.at);
      return next === undefined ? { type: "not-active", stream } : put(next);
    }
    case "finish-reshard":
      return put(finishReshard(stream, command.id, facts.at));
    case "register-consumer":
      return register(state, stream, command, facts.at);
    case "deregister-consumer":
    case "tag-consumer":
    case "subscribe":
      return changeConsumer(stream, command, facts, put);
  }
}

function create(state: StreamState, command: Of<"create-stream">, { id, at }: CommandFacts): StreamOutcome {
  if (state.streams.has(command.name)) return { type: "exists" };
  const { name, settings, tags, keepHours } = command;
  const shards = command.shards.map((range, index) => {
    return { ...range, index, createdAt: at, parents: [], state: "open" as const, keepHours };
  });
  const base = { name, incarnation: id, createdAt: at, settings, tags, shards };
  const stream = { ...base, resharding: undefined, deleting: false, consumers: [] };
  state.streams.set(name, stream);
  return { type: "applied", stream };
}

function beginDeletion(state: StreamState, { name, enforce }: Of<"delete-stream">): StreamOutcome {
  const stream = state.streams.get(name);
  if (stream === undefined) return { type: "no-such-stream" };
  if (stream.consumers.length > 0 && !enforce) return { type: "in-use" };
  const deleting = { ...stream, deleting: true, consumers: [] };
  state.streams.set(name, deleting);
  return { type: "applied", stream: deleting };
}

function register(
  state: StreamState,
  stream: StreamRecord,
  { consumer: name, tags }: Of<"register-consumer">,
  at: number,
): StreamOutcome {
  if (stream.consumers.some((consumer) => consumer.name === name)) return { type: "exists" };
  const consumer: ConsumerRecord = { name, createdAt: at, tags, subscriptions: {} };
  state.streams.set(stream.name, { ...stream, consumers: [...stream.consumers, consumer] });
  return { type: "registered", consumer };
}

function changeConsumer(
  stream: StreamRecord,
  command: Of<"deregister-consumer" | "tag-consumer" | "subscribe">,
  facts: CommandFacts,
  put: (next: StreamRecord) => StreamOutcome,
): StreamOutcome {
  const consumer = stream.consumers.find(({ name }) => name === command.consumer);
  if (consumer === undefined) return { type: "no-such-consumer" };
  const others = stream.consumers.filter((other) => other !== consumer);
  if (command.type === "deregister-consumer") return put({ ...stream, consumers: others });
  if (command.type === "tag-consumer") {
    return put({ ...stream, consumers: [...others, { ...consumer, tags: retagged(consumer.tags, command) }] });
  }
  const held = consumer.subscriptions[command.shard];
  if (held !== undefined && facts.at - held.at < SUBSCRIPTION_HELD_MS) return { type: "in-use" };
  const subscriptions = { ...consumer.subscriptions, [command.shard]: { id: command.id, at: facts.at } };
  return put({ ...stream, consumers: [...others, { ...consumer, subscriptions }] });
}

function retagged(
  tags: Readonly<Record<string, string>>,
  change: { readonly tags: Readonly<Record<string, string>>; readonly removed: readonly string[] },
): Readonly<Record<string, string>> {
  const next = new Map([...Object.entries(tags), ...Object.entries(change.tags)]);
  for (const key of change.removed) next.delete(key);
  return Object.fromEntries(next);
}
