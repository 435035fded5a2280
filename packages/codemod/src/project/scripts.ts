import { existsSync } from "node:fs";
import type { FoundFile } from "../engine/find-files.ts";
import { isBuildOutput } from "../engine/file-kind.ts";
import { decodeUtf8, notHandWritten, readBytes } from "../engine/read-source.ts";
import { ScriptFile } from "../engine/script-file.ts";
import { oneLine } from "../engine/one-line.ts";
import { isParsed, parseScript } from "../engine/syntax-tree.ts";
import { TextLines } from "../engine/text-lines.ts";
import { findingAt } from "../flags/finding.ts";
import type { Finding } from "../flags/finding.ts";
import { usageOfOutput, usageOfUntouched } from "../manifests/usage.ts";
import type { FileUsage } from "../manifests/usage.ts";

/** What a script can have to do with messaging, as bytes: the others are never decoded. */
const RELEVANT =
  /[sS][qQnN][sS]|[kK][iI][nN][eE][sS][iI][sS]|aws-sdk|aws-kcl|@architect\/functions|testcontainers\/localstack|warrenmq|[fF]irehose|\bsst\.aws\b|sst\/constructs|serverless-stack|captureAWS|\bRecords\b|\bQueueUrl\b|\bTopicArn\b|\bPartitionKey\b|(?:QUEUE|TOPIC|STREAM)_(?:URL|ARN|NAME)/;

/** For scripts that are relevant whatever they say. */
export const ANYTHING: RegExp = /(?:)/;

/** Text that names the SDK's messaging, where nothing better than the text is known. */
const NAMES_SDK = /@aws-sdk\/client-(?:sqs|sns|kinesis)\b|['"`]aws-sdk(?:\/clients\/(?:sqs|sns|kinesis))?['"`]/g;

/** What became of a script. */
export type LoadedScript =
  | { readonly type: "irrelevant" }
  | {
      readonly type: "skipped";
      readonly reason: string;
      readonly findings: readonly Finding[];
      /** What a file uses that stays as it is. */
      readonly usage?: FileUsage;
    }
  | { readonly type: "parsed"; readonly script: ScriptFile };

/** Reads a script and parses it if it may have to do with messaging. */
export function loadScript({ path, name }: FoundFile, relevant: RegExp = RELEVANT): LoadedScript {
  const read = readBytes(path);
  if ("reason" in read) return { type: "skipped", reason: read.reason, findings: [] };
  if (!relevant.test(read.bytes.toString("latin1"))) return { type: "irrelevant" };
  const text = decodeUtf8(read.bytes);
  if (text === undefined) return notUtf8(path, name, read.bytes.toString("latin1"));
  const reason = notHandWritten(name, text, isBuildOutput(name)) ?? reasonBeside(path, name);
  if (reason !== undefined) return skipped(path, name, text, reason);
  const tree = parseScript(name, text);
  if (!isParsed(tree)) {
    const lines = new TextLines(text);
    const where = `${tree.message} (line ${lines.at(tree.offset).line})`;
    const findings = hits(text).map((offset) => findingAt(name, lines, "PARSE_ERROR", offset, where));
    const usage = usageOfUntouched(path, name, text);
    return { type: "skipped", reason: `does not parse: ${oneLine(where)}`, findings, usage };
  }
  return { type: "parsed", script: new ScriptFile(path, name, text, tree) };
}

/** A declaration file shares the fate of the script that it describes, and is output where its source stands beside it. */
function reasonBeside(path: string, name: string): string | undefined {
  const [, base, kind] = /^(.*)\.d\.([cm]?)ts$/.exec(path) ?? [];
  if (base === undefined) return undefined;
  if (existsSync(`${base}.${kind}ts`) || existsSync(`${base}.tsx`)) return "build output";
  const read = readBytes(`${base}.${kind}js`);
  const script = "reason" in read ? undefined : decodeUtf8(read.bytes);
  return script === undefined
    ? undefined
    : notHandWritten(name.replace(/\.d\.([cm]?)ts$/, ".$1js"), script, isBuildOutput(name));
}

/** Package names are ASCII: what the file uses can be told all the same. */
function notUtf8(path: string, name: string, text: string): LoadedScript {
  const lines = new TextLines(text);
  const findings = hits(text).map((offset) => findingAt(name, lines, "PARSE_ERROR", offset, "not UTF-8"));
  return { type: "skipped", reason: "not UTF-8", findings, usage: usageOfUntouched(path, name, text) };
}

/** The offsets at which a text names the SDK, one a line. */
export function hits(text: string, pattern: RegExp = NAMES_SDK): number[] {
  const offsets: number[] = [];
  let lineEnd = -1;
  for (const match of text.matchAll(pattern)) {
    if (match.index <= lineEnd) continue;
    offsets.push(match.index);
    const end = text.indexOf("\n", match.index);
    lineEnd = end === -1 ? text.length : end;
  }
  return offsets;
}

function skipped(path: string, name: string, text: string, reason: string): LoadedScript {
  const lines = new TextLines(text);
  const [first] = hits(text);
  const findings = first === undefined ? [] : [findingAt(name, lines, "SKIPPED_FILE", first, reason)];
  const usage = reason === "generated" ? usageOfUntouched(path, name, text) : usageOfOutput(path, name, text);
  return { type: "skipped", reason, findings, usage };
}
