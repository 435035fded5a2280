import { OperationError } from "@warrenmq/core/internal";
import { invalidArgument } from "./errors.ts";
import { timeText } from "./time-text.ts";

/** AWS: a NextToken can be used for 300 seconds. */
const LIFE_MS = 300_000;

/** What every NextToken says. */
export interface TokenContent {
  readonly streamName: string;
  /** The last entry of the page before. */
  readonly after: string;
}

/**
 * Writes a NextToken. It carries the whole request, because AWS has the next one name nothing but the token.
 * @param now milliseconds since the epoch
 */
export function encodeToken(content: TokenContent & Readonly<Record<string, unknown>>, now: number): string {
  return Buffer.from(JSON.stringify({ ...content, createdAt: now })).toString("base64");
}

/**
 * Reads a NextToken.
 * @throws OperationError `InvalidArgumentException`, `ExpiredNextTokenException`
 */
export function decodeToken(text: string, now: number): TokenContent & Readonly<Record<string, unknown>> {
  const members = parseMembers(text);
  const { streamName, after, createdAt } = members;
  if (typeof streamName !== "string" || typeof after !== "string" || typeof createdAt !== "number") {
    throw invalidArgument("NextToken is invalid.");
  }
  if (now - createdAt > LIFE_MS) {
    throw new OperationError(
      "ExpiredNextTokenException",
      `NextToken expired. The NextToken was created at time ${timeText(createdAt)} while right now it is ${timeText(now)} ` +
        `which is further in the future than the tolerated delay of ${LIFE_MS} milliseconds.`,
    );
  }
  return { ...members, streamName, after };
}

function parseMembers(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64").toString());
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
