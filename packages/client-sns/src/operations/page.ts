import { invalidParameter } from "../model/errors.ts";

/** AWS: lists come in pages of a hundred. */
const PAGE = 100;

/** One page of a list, and where the next one begins. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

/**
 * Cuts a page out of a list, in order of key. The token names the last item of the page before, so items that come or go
 * between two calls neither shift nor break it.
 * @throws OperationError `InvalidParameter` for what is no token
 */
export function pageOf<Item>(items: readonly Item[], keyOf: (item: Item) => string, nextToken: unknown): Page<Item> {
  const after = typeof nextToken === "string" ? keyIn(nextToken) : "";
  const rest = items
    .filter((item) => keyOf(item) > after)
    .toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const page = rest.slice(0, PAGE);
  const last = page.at(-1);
  const more = rest.length > page.length && last !== undefined;
  return { items: page, nextToken: more ? Buffer.from(keyOf(last)).toString("base64url") : undefined };
}

function keyIn(token: string): string {
  const key = Buffer.from(token, "base64url").toString();
  if (Buffer.from(key).toString("base64url") === token) return key;
  throw invalidParameter("NextToken");
}
