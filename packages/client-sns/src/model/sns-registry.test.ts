import { describe, expect, it } from "vitest";
import type { SnsCommand } from "./sns-command.ts";
import { SNS_FOLD, subscriptionsOf, type ReplayStatus, type SnsOutcome, type SnsState } from "./sns-registry.ts";

const TOPIC: SnsCommand = { type: "create-topic", name: "orders", attributes: {}, tags: {} };

function subscribe(id: string, endpoint: string, token?: string): SnsCommand {
  const command = { type: "subscribe", name: "orders", id, protocol: "sqs", endpoint, attributes: {} } as const;
  return token === undefined ? command : { ...command, protocol: "https", token };
}

function fold(...commands: readonly SnsCommand[]): {
  readonly state: SnsState;
  readonly outcomes: readonly SnsOutcome[];
} {
  const state = SNS_FOLD.initial();
  const outcomes = commands.map((command, index) => {
    // As it comes off the log.
    const parsed = SNS_FOLD.parse(JSON.parse(JSON.stringify(command)));
    if (parsed === undefined) throw new Error(`not understood: ${JSON.stringify(command)}`);
    return SNS_FOLD.apply(state, parsed, { id: String(index), at: index });
  });
  return { state, outcomes };
}

const REPLAY = { id: "r", owner: "p", topicArn: "arn:aws:sns:us-east-1:000000000000:orders" };
const replay: SnsCommand = {
  type: "set-subscription-attributes",
  name: "orders",
  id: "s",
  attributes: {},
  removed: [],
  replay: REPLAY,
};
const report = (status: ReplayStatus, owner: string): SnsCommand => ({
  type: "report-replay",
  name: "orders",
  id: "s",
  replayId: "r",
  owner,
  position: 5,
  status,
});
const takeReplay = (from: string, owner: string): SnsCommand => ({
  type: "take-replay",
  name: "orders",
  id: "s",
  replayId: "r",
  from,
  owner,
});
const confirm = (id: string): SnsCommand => ({
  type: "confirm",
  name: "orders",
  id,
  authenticate: false,
  authenticated: false,
});
const cancel = (id: string): SnsCommand => ({ type: "unsubscribe", name: "orders", id, token: "u" });

describe("the registry of topics and subscriptions", () => {
  it("knows who was first to create a topic, or to subscribe an endpoint", () => {
    const { outcomes } = fold(TOPIC, TOPIC, subscribe("a", "q"), subscribe("b", "q"), subscribe("c", "r"));
    expect(outcomes.map(({ type }) => type)).toEqual([
      "applied",
      "topic-exists",
      "applied",
      "subscription-exists",
      "applied",
    ]);
  });

  it("keeps subscriptions in order, and drops them with their topic", () => {
    const { state } = fold(TOPIC, subscribe("b", "q"), subscribe("a", "r"));
    expect(subscriptionsOf(state, "orders").map(({ id }) => id)).toEqual(["b", "a"]);
    SNS_FOLD.apply(state, { type: "delete-topic", name: "orders" }, { id: "x", at: 9 });
    expect(state.subscriptions.size).toBe(0);
    expect(subscriptionsOf(state, "orders")).toEqual([]);
  });

  it("has every change of a topic and of a subscription", () => {
    const { state, outcomes } = fold(
      TOPIC,
      { type: "set-topic-attributes", name: "orders", attributes: { DisplayName: "x" }, removed: ["Policy"] },
      { type: "tag-topic", name: "orders", tags: { a: "1", b: "2" } },
      { type: "untag-topic", name: "orders", keys: ["a"] },
      { type: "protect-topic", name: "orders", policy: "{}" },
      subscribe("s", "https://e", "t"),
      { type: "issue-token", name: "orders", id: "s", token: "u" },
      { type: "confirm", name: "orders", id: "s", authenticate: true, authenticated: true },
      { type: "set-subscription-attributes", name: "orders", id: "s", attributes: { FilterPolicy: "{}" }, removed: [] },
      { type: "bound", name: "orders", id: "s", boundTo: 5 },
      { type: "set-subscription-attributes", name: "orders", id: "s", attributes: {}, removed: [], replay: REPLAY },
      report("Completed", "p"),
    );
    expect(outcomes.every(({ type }) => type === "applied")).toBe(true);
    expect(state.topics.get("orders")).toMatchObject({
      attributes: { DisplayName: "x" },
      tags: { b: "2" },
      dataProtectionPolicy: "{}",
    });
    expect(state.subscriptions.get("s")).toMatchObject({
      confirmed: true,
      token: "u",
      tokenAt: 6,
      authenticateOnUnsubscribe: true,
      confirmationWasAuthenticated: true,
      attributes: { FilterPolicy: "{}" },
      boundTo: 5,
      replay: { ...REPLAY, status: "Completed", position: 5 },
    });
  });

  it("restores a subscription that its UnsubscribeURL has cancelled, unless the endpoint was subscribed anew", () => {
    const { state, outcomes } = fold(TOPIC, subscribe("s", "https://e", "t"), confirm("s"), cancel("s"), confirm("s"));
    expect(outcomes.at(-1)?.type).toBe("applied");
    expect(subscriptionsOf(state, "orders").map(({ id }) => id)).toEqual(["s"]);
    expect(state.cancelled.size).toBe(0);
    expect(state.topics.get("orders")?.deletedSubscriptions).toBe(0);
    const anew = fold(
      TOPIC,
      subscribe("s", "https://e", "t"),
      cancel("s"),
      subscribe("n", "https://e", "u"),
      confirm("s"),
    );
    expect(anew.outcomes.at(-1)).toMatchObject({ type: "subscription-exists", subscription: { id: "n" } });
  });

  it("forgets cancelled subscriptions with their topic, and when their tokens are two days old", () => {
    const { state } = fold(TOPIC, subscribe("s", "https://e", "t"), cancel("s"), subscribe("o", "https://o", "t"));
    SNS_FOLD.apply(state, cancel("o"), { id: "x", at: 172_800_100 });
    expect([...state.cancelled.keys()]).toEqual(["o"]);
    SNS_FOLD.apply(state, { type: "delete-topic", name: "orders" }, { id: "x", at: 172_800_101 });
    expect(state.cancelled.size).toBe(0);
  });

  it("gives a replay to the first process that takes it, and believes no other from then on", () => {
    const { state, outcomes } = fold(
      TOPIC,
      subscribe("s", "q"),
      replay,
      report("In progress", "p"),
      takeReplay("p", "a"),
      takeReplay("p", "b"),
      report("Completed", "p"),
      report("Failed", "a"),
      takeReplay("a", "b"),
    );
    expect(outcomes.slice(3).map(({ type }) => type)).toEqual([
      "applied",
      "applied",
      "refused",
      "refused",
      "applied",
      "refused",
    ]);
    expect(state.subscriptions.get("s")?.replay).toMatchObject({ owner: "a", position: 5, status: "Failed" });
  });

  it("has no replay any more once its ReplayPolicy is removed", () => {
    const removed: SnsCommand = {
      type: "set-subscription-attributes",
      name: "orders",
      id: "s",
      attributes: {},
      removed: ["ReplayPolicy"],
    };
    const { state } = fold(TOPIC, subscribe("s", "q"), replay, removed, report("Completed", "p"));
    expect(state.subscriptions.get("s")?.replay).toBeUndefined();
  });

  it("changes policies in the order of the log", () => {
    const topicArn = "arn:aws:sns:us-east-1:000000000000:orders";
    const grant: SnsCommand = {
      type: "add-permission",
      name: "orders",
      topicArn,
      label: "l",
      accountIds: ["123456789012"],
      actions: ["Publish"],
    };
    const revoke: SnsCommand = { type: "remove-permission", name: "orders", topicArn, label: "l" };
    const { outcomes } = fold(TOPIC, grant, grant, revoke, revoke);
    expect(outcomes.map(({ type }) => type)).toEqual(["applied", "applied", "refused", "applied", "refused"]);
  });

  it("comes back from a snapshot as it was", () => {
    const cancelled = [subscribe("c", "https://f", "t"), cancel("c")];
    const { state } = fold(TOPIC, subscribe("b", "q"), subscribe("a", "https://e", "t"), ...cancelled);
    const dumped: unknown = JSON.parse(JSON.stringify(SNS_FOLD.snapshot?.dump(state)));
    const loaded = SNS_FOLD.snapshot?.load(dumped);
    expect(loaded).toEqual(state);
    expect(SNS_FOLD.snapshot?.load({ topics: [{}], subscriptions: [] })).toBeUndefined();
  });

  it("answers to commands about what is not there, and passes over what it does not understand", () => {
    const { outcomes } = fold({ type: "delete-topic", name: "none" }, subscribe("a", "q"), {
      type: "unsubscribe",
      name: "orders",
      id: "a",
    });
    expect(outcomes.map(({ type }) => type)).toEqual(["no-such-topic", "no-such-topic", "no-such-subscription"]);
    for (const data of [null, "x", {}, { type: "toString", name: "x" }, { type: "subscribe", name: "x", id: 5 }]) {
      expect(SNS_FOLD.parse(data)).toBeUndefined();
    }
  });
});
