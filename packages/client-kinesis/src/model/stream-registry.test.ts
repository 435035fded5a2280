import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenRanges } from "./hash-key.ts";
import { parseStreamCommand } from "./parse-stream-command.ts";
import { routerOf } from "./shard-map.ts";
import type { StreamCommand, StreamOutcome, StreamState } from "./stream-command.ts";
import { shownShards, statusOf, type StreamRecord, type StreamSettings } from "./stream-record.ts";
import { STREAM_FOLD } from "./stream-registry.ts";
import { STREAM_SNAPSHOT } from "./stream-snapshot.ts";

const settings: StreamSettings = {
  mode: "PROVISIONED",
  retentionHours: 24,
  maxRecordSizeInKiB: 1024,
  distribution: "USER_PARTITION_KEY",
  warmThroughput: 0,
  monitoring: [],
  encryptionKeyId: "",
};
const creation: StreamCommand = {
  type: "create-stream",
  name: "clicks",
  shards: evenRanges(2),
  keepHours: 168,
  settings,
  tags: {},
};

class Log {
  readonly state: StreamState = STREAM_FOLD.initial();
  #at = 1_700_000_000_000;

  write(command: StreamCommand, afterMs = 1): StreamOutcome {
    this.#at += afterMs;
    // As it comes off the log.
    const parsed = STREAM_FOLD.parse(JSON.parse(JSON.stringify(command)));
    if (parsed === undefined) throw new Error(`${command.type} is not read`);
    return STREAM_FOLD.apply(this.state, parsed, { id: crypto.randomUUID(), at: this.#at });
  }

  stream(name = "clicks"): StreamRecord {
    const stream = this.state.streams.get(name);
    if (stream === undefined) throw new Error(`no stream ${name}`);
    return stream;
  }
}

function created(): { log: Log; on: { name: string; incarnation: string } } {
  const log = new Log();
  log.write(creation);
  return { log, on: { name: "clicks", incarnation: log.stream().incarnation } };
}

describe("a stream", () => {
  it("is created once, until it is deleted and forgotten", () => {
    const { log, on } = created();
    expect(log.write(creation).type).toBe("exists");
    log.write({ type: "delete-stream", name: "clicks", enforce: false });
    expect(statusOf(log.stream())).toBe("DELETING");
    expect(log.write(creation).type).toBe("exists");
    log.write({ type: "forget-stream", ...on });
    expect(log.write(creation).type).toBe("applied");
    expect(log.stream().incarnation).not.toBe(on.incarnation);
    expect(log.write({ type: "forget-stream", ...on }).type).toBe("no-such-stream");
  });

  it("with registered consumers is deleted only by force", () => {
    const { log, on } = created();
    expect(log.write({ type: "register-consumer", ...on, consumer: "app", tags: {} }).type).toBe("registered");
    expect(log.write({ type: "register-consumer", ...on, consumer: "app", tags: {} }).type).toBe("exists");
    expect(log.write({ type: "delete-stream", name: "clicks", enforce: false }).type).toBe("in-use");
    expect(log.write({ type: "delete-stream", name: "clicks", enforce: true }).type).toBe("applied");
  });

  it("keeps settings and tags, and their removal", () => {
    const { log, on } = created();
    log.write({ type: "update-stream", ...on, settings: { retentionHours: 48, encryptionKeyId: "key" } });
    log.write({ type: "tag-stream", ...on, tags: { a: "1", b: "2" }, removed: [] });
    log.write({ type: "tag-stream", ...on, tags: {}, removed: ["a"] });
    expect(log.stream()).toMatchObject({ settings: { retentionHours: 48, mode: "PROVISIONED" }, tags: { b: "2" } });
  });
});

function resharding(): ReturnType<typeof created> {
  const { log, on } = created();
  const [first] = log.stream().shards;
  if (first === undefined) throw new Error("no shard");
  const middle = BigInt(first.endHash) / 2n;
  const opens = [
    { startHash: first.startHash, endHash: String(middle - 1n), parents: [0] },
    { startHash: String(middle), endHash: first.endHash, parents: [0] },
  ];
  log.write({ type: "begin-reshard", ...on, id: "r1", closes: [0], opens, keepHours: 168 });
  return { log, on };
}

describe("a change of shards", () => {
  it("routes to the parent until its marker is written, then to the children", () => {
    const { log, on } = resharding();
    expect(statusOf(log.stream())).toBe("UPDATING");
    expect(shownShards(log.stream()).map(({ index }) => index)).toEqual([0, 1]);
    expect(routerOf(log.stream().shards).byHashKey("0").index).toBe(0);
    log.write({ type: "finish-reshard", ...on, id: "r1" });
    expect(statusOf(log.stream())).toBe("ACTIVE");
    expect(routerOf(log.stream().shards).byHashKey("0").index).toBe(2);
    expect(log.stream().shards.map(({ state }) => state)).toEqual(["closed", "open", "open", "open"]);
  });

  it("makes children that are younger than their parents by a second at least, so that numbers rise", () => {
    const { shards } = resharding().log.stream();
    expect((shards[2]?.createdAt ?? 0) - (shards[0]?.createdAt ?? 0)).toBeGreaterThanOrEqual(1000);
  });

  it("is refused while another one is under way, or for shards that are not open", () => {
    const { log, on } = resharding();
    const again: StreamCommand = { type: "begin-reshard", ...on, id: "r2", closes: [1], opens: [], keepHours: 24 };
    expect(log.write(again).type).toBe("not-active");
    log.write({ type: "finish-reshard", ...on, id: "r1" });
    expect(log.write({ ...again, closes: [0] }).type).toBe("not-active");
    expect(log.write({ ...again, closes: [9] }).type).toBe("not-active");
  });

  it("is finished once", () => {
    const { log, on } = resharding();
    log.write({ type: "finish-reshard", ...on, id: "r1" });
    const { closedAt } = log.stream().shards[0] ?? {};
    log.write({ type: "finish-reshard", ...on, id: "r1" }, 5_000);
    expect(log.stream().shards[0]?.closedAt).toBe(closedAt);
  });
});

describe("a subscription", () => {
  it("can be taken over after five seconds", () => {
    const { log, on } = created();
    log.write({ type: "register-consumer", ...on, consumer: "app", tags: {} });
    const subscribe: StreamCommand = { type: "subscribe", ...on, consumer: "app", shard: 0, id: "s1" };
    expect(log.write(subscribe).type).toBe("applied");
    expect(log.write({ ...subscribe, shard: 1 }).type).toBe("applied");
    expect(log.write({ ...subscribe, id: "s2" }, 4_000).type).toBe("in-use");
    expect(log.write({ ...subscribe, id: "s3" }, 1_000).type).toBe("applied");
    expect(log.stream().consumers[0]?.subscriptions["0"]?.id).toBe("s3");
    log.write({ type: "deregister-consumer", ...on, consumer: "app" });
    expect(log.write({ ...subscribe, id: "s4" }, 9_000).type).toBe("no-such-consumer");
  });
});

it("a snapshot holds everything", () => {
  const { log, on } = created();
  log.write({ type: "register-consumer", ...on, consumer: "app", tags: { a: "b" } });
  log.write({ type: "subscribe", ...on, consumer: "app", shard: 0, id: "s1" });
  log.write({ type: "begin-reshard", ...on, id: "r1", closes: [0], opens: [], keepHours: 24 });
  log.write({ type: "set-policy", resource: "arn", policy: "{}" });
  log.write({ type: "set-billing", status: "ENABLED" });
  const dumped: unknown = JSON.parse(JSON.stringify(STREAM_SNAPSHOT.dump(log.state)));
  expect(STREAM_SNAPSHOT.load(dumped)).toEqual(log.state);
  for (const wrong of [null, {}, [], { streams: [{}], policies: {}, billing: {} }]) {
    expect(STREAM_SNAPSHOT.load(wrong)).toBeUndefined();
  }
});

it("anything else on the log is no command", () => {
  for (const data of [null, 1, {}, { type: "create-stream" }, { type: "create-stream", name: "a", shards: [] }]) {
    expect(parseStreamCommand(data)).toBeUndefined();
  }
  fc.assert(fc.property(fc.jsonValue(), (data) => void parseStreamCommand(data)));
});
