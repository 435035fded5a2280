import type { Node } from "oxc-parser";
import type { Origin } from "../engine/origins.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { ALL_SERVICES } from "../services/service.ts";
import type { Service } from "../services/service.ts";
import { moduleExports } from "../v2/module-exports.ts";

/** Through how many files a name is followed. */
const DEPTH = 6;

/** A name of a messaging package, AWS's or ours: the rules see a file the same before and after the migration. */
export interface MessagingName {
  readonly service: Service;
  /** `SQSClient`, or `""` for the package as a whole. */
  readonly name: string;
}

/** The messaging package's name behind an expression or type. */
export function messagingName(file: ScriptFile, node: Node | null | undefined): MessagingName | undefined {
  const origin = file.origins.of(node);
  if (origin === undefined) return undefined;
  const service = messagingModule(origin.module);
  if (service !== undefined) return { service, name: origin.path.filter((part) => part !== "default")[0] ?? "" };
  return v2Name(origin.module, origin.path);
}

/** The same, where files of the project hand the name on: `export { SendMessageCommand } from "@aws-sdk/client-sqs"`. */
export function handedOnName(file: ScriptFile, node: Node): MessagingName | undefined {
  const origin = file.origins.of(node);
  return origin === undefined ? undefined : nameThrough(file, origin, 0);
}

function nameThrough(from: ScriptFile, { module, path }: Origin, depth: number): MessagingName | undefined {
  const [name = "", ...rest] = path;
  const service = messagingModule(module);
  if (service !== undefined) return service.exports.has(name) ? { service, name } : undefined;
  const file = depth > DEPTH ? undefined : from.open(module);
  if (file === undefined) return undefined;
  const { names, stars } = moduleExports(file);
  const named = names.get(name);
  const origin = named?.type === "value" ? file.origins.of(named.node) : named;
  if (origin !== undefined)
    return nameThrough(file, { module: origin.module, path: [...origin.path, ...rest] }, depth + 1);
  for (const star of stars) {
    const found = nameThrough(file, { module: star, path }, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The service of a v3 messaging package, AWS's or ours. */
export function messagingModule(module: string): Service | undefined {
  return ALL_SERVICES.find(({ awsPackage, warrenPackage }) =>
    [awsPackage, warrenPackage].some((name) => module === name || module.startsWith(`${name}/`)),
  );
}

/** A service's class of aws-sdk v2, reached in any way. */
function v2Name(module: string, path: readonly string[]): MessagingName | undefined {
  const names = path.filter((part) => part !== "default");
  const deep = /^aws-sdk\/clients\/(sqs|sns|kinesis)$/.exec(module)?.[1];
  if (deep !== undefined) {
    const service = ALL_SERVICES.find(({ name }) => name === deep);
    return service && { service, name: names[0] ?? service.aggregatedClass };
  }
  if (!/^aws-sdk(\/(clients\/all|global|index|lib\/aws))?$/.test(module)) return undefined;
  const service = ALL_SERVICES.find(({ aggregatedClass }) => aggregatedClass === names[0]);
  return service && { service, name: names[1] ?? service.aggregatedClass };
}

/** Whether a text can name a messaging package, old or new. */
export function mentionsMessaging(text: string): boolean {
  return /@aws-sdk\/client-(sqs|sns|kinesis)|@warrenmq\/client-|['"]aws-sdk/.test(text);
}
