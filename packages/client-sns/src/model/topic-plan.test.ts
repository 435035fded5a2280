import type { QueueRecord } from "@warrenmq/core/queues";
import { describe, expect, it } from "vitest";
import { bindingKey } from "./binding-key.ts";
import { plainTexts } from "./message-structure.ts";
import { routesOf } from "./routes.ts";
import type { SubscriptionRecord, TextMap } from "./sns-registry.ts";
import { commonCopies, copiesFor, groupsFor, topicPlan } from "./topic-plan.ts";

let lastId = 0;

function subscription(endpoint: string, attributes: TextMap = {}, boundTo = 1): SubscriptionRecord {
  const id = `00000000-0000-4000-8000-${String(++lastId).padStart(12, "0")}`;
  const base = { id, topic: "t", attributes, confirmed: true, token: undefined, tokenAt: 0, boundTo };
  const rest = { authenticateOnUnsubscribe: true, confirmationWasAuthenticated: true, replay: undefined };
  if (endpoint.startsWith("http")) return { ...base, ...rest, protocol: "http", endpoint };
  return { ...base, ...rest, protocol: "sqs", endpoint: `arn:aws:sqs:us-east-1:000000000000:${endpoint}` };
}

function queue(name: string, more: Partial<QueueRecord> = {}): readonly [string, QueueRecord] {
  return [name, { name, attributes: {}, tags: {}, createdAt: 1, modifiedAt: 1, ...more }];
}

const QUEUES = new Map<string, QueueRecord>([
  queue("a"),
  queue("b"),
  queue("new", { createdAt: 2 }),
  queue("slow", { attributes: { DelaySeconds: "5" } }),
  queue("f.fifo", { fifo: { partitions: 4, deduplicationScope: "queue" } }),
]);

describe("the routes of a topic", () => {
  it("lead through the exchange to standard queues and HTTP endpoints, and past it to others", () => {
    const endpoints = ["a", "new", "slow", "f.fifo", "none", "http://h/"];
    const routes = routesOf(
      endpoints.map((endpoint) => subscription(endpoint)),
      QUEUES,
    );
    expect(routes.map(({ target }) => target)).toEqual([
      { type: "exchange", binding: undefined },
      { type: "exchange", binding: { queueName: "new", createdAt: 2 } },
      { type: "queue", queue: QUEUES.get("slow") },
      { type: "queue", queue: QUEUES.get("f.fifo") },
      { type: "missing", queueName: "none" },
      { type: "exchange", binding: undefined },
    ]);
  });

  it("leave out what is not confirmed", () => {
    expect(routesOf([{ ...subscription("a"), confirmed: false }], QUEUES)).toEqual([]);
  });
});

describe("the plan of a topic", () => {
  it("brings the same bytes to all queues at once: one group for documents, one for raw bodies", () => {
    const raw = { RawMessageDelivery: "true" };
    const all = [subscription("a"), subscription("b", raw), subscription("http://h/", raw), subscription("slow")];
    const plan = topicPlan(routesOf(all, QUEUES));
    expect(plan.open).toBe(true);
    expect(plan.groups.map(({ format, routes }) => [format, routes.length])).toEqual([
      ["envelope", 2],
      ["raw", 1],
    ]);
    expect(plan.singles).toHaveLength(1);
    expect(groupsFor(plan, plan.routes, plainTexts("x"))).toBe(plan);
  });

  it("tells apart subscribers whose protocols have texts of their own", () => {
    const plan = topicPlan(routesOf([subscription("a"), subscription("http://h/")], QUEUES));
    const texts = { default: "d", byProtocol: { http: "h" } };
    expect(groupsFor(plan, plan.routes, texts).groups.map(({ protocol }) => protocol)).toEqual(["sqs", "http"]);
  });

  it("names the first key as routing key and the others as copies, as many as a header holds", () => {
    const many = Array.from({ length: 1_501 }, (_, index) => subscription(`http://h/${index}`));
    const { routes } = topicPlan(routesOf(many, QUEUES));
    const [first, second, ...more] = copiesFor(routes, false);
    expect(more).toEqual([]);
    expect(first?.routingKey).toBe(bindingKey(many[0]?.id ?? ""));
    expect(first?.others).toHaveLength(1_499);
    expect(second).toMatchObject({ routes: [routes[1_500]], others: undefined });
    expect(copiesFor(routes, false)).toBe(copiesFor(routes, false));
    expect(copiesFor(routes, true)).toHaveLength(7);
  });
});

function keyOf(...subscriptions: readonly SubscriptionRecord[]): string | undefined {
  return commonCopies(routesOf(subscriptions, QUEUES))?.routingKey;
}

describe("a key in common", () => {
  it("belongs to a set of subscriptions, in whatever order, and to no other set", () => {
    const [a, b, c] = [subscription("a"), subscription("b"), subscription("new")];
    expect(keyOf(a, b)).toMatch(/^set\.[\w-]{16}$/);
    expect(keyOf(b, a)).toBe(keyOf(a, b));
    expect(new Set([keyOf(a, b), keyOf(a, c), keyOf(b, c), keyOf(a, b, c)]).size).toBe(4);
  });

  it("is not made for one queue, nor for very many", () => {
    const many = Array.from({ length: 65 }, () => subscription("a"));
    expect(commonCopies(routesOf(many.slice(0, 1), QUEUES))).toBeUndefined();
    expect(commonCopies(routesOf(many.slice(0, 64), QUEUES))).toBeDefined();
    expect(commonCopies(routesOf(many, QUEUES))).toBeUndefined();
  });
});
