import { invalidArgument } from "./errors.ts";

/** AWS: a resource has no more tags. */
const MAX_TAGS = 50;
/** What Kinesis takes in keys and values (recorded by kinesalite). */
const OTHER_CHARACTERS = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/u;

/** Checks tags that are to be added to those that a stream has. @throws OperationError `InvalidArgumentException` */
export function checkTags(
  added: Readonly<Record<string, string>>,
  existing: Readonly<Record<string, string>>,
  streamName: string,
  accountId = "",
): void {
  const texts = Object.entries(added).flat();
  checkCharacters(texts);
  if (new Set([...Object.keys(added), ...Object.keys(existing)]).size <= MAX_TAGS) return;
  throw invalidArgument(
    `Failed to add tags to stream ${streamName}${accountId && ` under account ${accountId}`} because a given stream cannot ` +
      `have more than ${MAX_TAGS} tags associated with it.`,
  );
}

/** Checks the characters of keys or values. @throws OperationError `InvalidArgumentException` */
export function checkCharacters(texts: readonly string[]): void {
  if (!texts.some((text) => OTHER_CHARACTERS.test(text))) return;
  throw invalidArgument(
    "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @ :.",
  );
}
