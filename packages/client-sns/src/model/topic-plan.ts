import { createHash } from "node:crypto";
import type { MessageTexts } from "./message-structure.ts";
import { textFor } from "./message-structure.ts";
import type { Format } from "./notification.ts";
import type { Route } from "./routes.ts";
import type { Protocol } from "./sns-registry.ts";

/** Keys in one publish. A header table has room for 64 KiB; a key takes 13 bytes, and attributes want room as well. */
const MOST_KEYS = 1_500;
const MOST_KEYS_BESIDE_LARGE_ATTRIBUTES = 250;

/** Subscribers that get the same bytes. */
export interface Group {
  readonly format: Format;
  readonly protocol: Protocol;
  readonly routes: readonly Route[];
  /** How long a message all their queues take. */
  readonly maximumBytes: number;
}

/** One publish to a topic's exchange: the keys of all queues that get it. */
export interface Copies {
  readonly routes: readonly Route[];
  readonly routingKey: string;
  /** The header `BCC`; `undefined` for one queue. */
  readonly others: readonly string[] | undefined;
}

/** What a topic's publishers need at every publish, worked out once for as long as its subscriptions stay the same. */
export interface TopicPlan {
  readonly routes: readonly Route[];
  /** Whether no subscription has a filter: then every message goes by `groups`. */
  readonly open: boolean;
  /** The subscribers through the exchange, of a message whose text is the same for all. */
  readonly groups: readonly Group[];
  /** The others: each gets a publish of its own. */
  readonly singles: readonly Route[];
}

/** The plan of a topic with these routes. */
export function topicPlan(routes: readonly Route[]): TopicPlan {
  return { routes, open: routes.every(({ filter }) => filter === undefined), ...split(routes) };
}

/** How a message gets to these routes. */
export function groupsFor(
  plan: TopicPlan,
  passed: readonly Route[],
  texts: MessageTexts,
): Pick<TopicPlan, "groups" | "singles"> {
  const sameText = Object.keys(texts.byProtocol).length === 0;
  if (passed === plan.routes && sameText) return plan;
  return split(passed, sameText ? undefined : texts);
}

/** Messages of HTTP subscribers travel as documents: a worker takes them apart again. */
function split(routes: readonly Route[], texts?: MessageTexts): Pick<TopicPlan, "groups" | "singles"> {
  const groups = new Map<string, { readonly format: Format; readonly protocol: Protocol; readonly routes: Route[] }>();
  const singles: Route[] = [];
  for (const route of routes) {
    if (route.target.type !== "exchange") {
      singles.push(route);
      continue;
    }
    const { protocol } = route.subscription;
    const format = route.raw ? "raw" : "envelope";
    const key = texts === undefined ? format : `${format} ${textFor(texts, protocol)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { format, protocol, routes: [route] });
    else group.routes.push(route);
  }
  return { groups: [...groups.values()].map((group) => ({ ...group, maximumBytes: leastOf(group.routes) })), singles };
}

function leastOf(routes: readonly Route[]): number {
  return routes.reduce((least, { maximumBytes }) => Math.min(least, maximumBytes), Infinity);
}

const copiesOfRoutes = new WeakMap<readonly Route[], readonly Copies[]>();

/** The publishes that bring the same bytes to these routes: one, unless they are more than a header holds. */
export function copiesFor(routes: readonly Route[], largeAttributes: boolean): readonly Copies[] {
  if (largeAttributes) return chunks(routes, MOST_KEYS_BESIDE_LARGE_ATTRIBUTES);
  const known = copiesOfRoutes.get(routes);
  if (known !== undefined) return known;
  const copies = chunks(routes, MOST_KEYS);
  copiesOfRoutes.set(routes, copies);
  return copies;
}

/** Queues that are bound under a key in common; more, and what the broker saves by it does not show. */
const MOST_IN_COMMON = 64;

/**
 * One publish without `BCC` to these routes, for queues that are bound under a key in common. The key is made from the set of
 * their own keys: another set has another one, and whoever still publishes to the set of before reaches just that.
 * @returns `undefined` where a key in common is of no use
 */
export function commonCopies(routes: readonly Route[]): Copies | undefined {
  if (routes.length < 2 || routes.length > MOST_IN_COMMON) return undefined;
  const keys = routes.map(({ key }) => key).toSorted();
  const routingKey = `set.${createHash("sha256").update(keys.join("")).digest("base64url").slice(0, 16)}`;
  return { routes, routingKey, others: undefined };
}

function chunks(routes: readonly Route[], size: number): readonly Copies[] {
  const copies: Copies[] = [];
  for (let start = 0; start < routes.length; start += size) {
    const part = routes.slice(start, start + size);
    const [routingKey = "", ...others] = part.map(({ key }) => key);
    copies.push({ routes: part, routingKey, others: others.length === 0 ? undefined : others });
  }
  return copies;
}
