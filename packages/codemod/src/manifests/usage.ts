import { dirname } from "node:path";
import { ALL_SERVICES } from "../services/service.ts";

/** Which of the packages in question a file uses, before and after its edits. */
export interface FileUsage {
  readonly path: string;
  readonly name: string;
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
  readonly isTest: boolean;
  /** Whether it exports a Lambda handler: the Lambda runtime may then provide the AWS SDK. */
  readonly isHandler: boolean;
}

const NAMED =
  /(["'`])(@aws-sdk\/client-(?:sqs|sns|kinesis)|@warrenmq\/client-(?:sqs|sns|kinesis)|aws-sdk)(?:\/[^"'`\s]*)?\1/g;

/** The packages in question: AWS's clients, ours, and aws-sdk v2. */
export const V2_PACKAGE = "aws-sdk";

/** The packages that a text names in quotes, as specifiers or in any other way: whatever is named is taken as used. */
export function packagesNamed(text: string): Set<string> {
  const found = new Set<string>();
  for (const match of text.matchAll(NAMED)) if (match[2] !== undefined) found.add(match[2]);
  return found;
}

/** What a script uses before and after. */
export function usageOf(path: string, name: string, before: string, after: string, isTest: boolean): FileUsage {
  const isHandler =
    /\bexports\.handler\b|\bexport\s+(const|async\s+function|function)\s+\w*handler\b|exports\.\w*[hH]andler\s*=/.test(
      before,
    );
  return { path, name, before: packagesNamed(before), after: packagesNamed(after), isTest, isHandler };
}

/** Whether a folder is another or lies in it. */
export function isWithin(folder: string, parent: string): boolean {
  return folder === parent || folder.startsWith(parent.endsWith("/") ? parent : `${parent}/`);
}

/** The folder of a path. */
export function folderOf(path: string): string {
  return dirname(path);
}

/** AWS's package → ours, for every service. */
export const REPLACEMENTS: ReadonlyMap<string, string> = new Map(
  ALL_SERVICES.map(({ awsPackage, warrenPackage }) => [awsPackage, warrenPackage]),
);
