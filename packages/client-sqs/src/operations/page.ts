import { MAX_LIST_RESULTS } from "../model/validate/list-queues.ts";

/** One page of a list of names. */
export interface Page {
  readonly names: readonly string[];
  /** Where the next page begins; AWS gives it only when `MaxResults` was set. */
  readonly nextToken: string | undefined;
}

/**
 * Cuts a page out of a list, in order of name. The token names the last entry of the page before, so names that come
 * or go between two calls neither shift nor break it.
 */
export function pageOf(names: readonly string[], maxResults: number | undefined, nextToken: string | undefined): Page {
  const after = nextToken === undefined ? "" : Buffer.from(nextToken, "base64url").toString();
  const rest = names.filter((name) => name > after).toSorted();
  const page = rest.slice(0, maxResults ?? MAX_LIST_RESULTS);
  const last = page.at(-1);
  const more = maxResults !== undefined && rest.length > page.length && last !== undefined;
  return { names: page, nextToken: more ? Buffer.from(last).toString("base64url") : undefined };
}
