import { WARRENMQ_RANGE } from "./service.ts";

const INLINE = /^(npm:\/?)(@(?:aws-sdk|warrenmq)\/client-(?:sqs|sns|kinesis))(@[^/]*)?(\/.*)?$/;

/** The package of Deno's and Bun's `npm:@aws-sdk/client-sqs@3`, with the path in it; any other specifier as it is. */
export function withoutVersion(specifier: string): string {
  const [, , name, , path = ""] = INLINE.exec(specifier) ?? [];
  return name === undefined ? specifier : `${name}${path}`;
}

/** Our package as the specifier of AWS's is written: with `npm:`, and with a version if it had one. */
export function writtenLike(specifier: string, target: string): string {
  const [, prefix, , version] = INLINE.exec(specifier) ?? [];
  if (prefix === undefined) return target;
  return `${prefix}${target}${version === undefined ? "" : `@${WARRENMQ_RANGE}`}`;
}
