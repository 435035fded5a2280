import type { Origin } from "../engine/origins.ts";
import { ALL_SERVICES, serviceOfClass } from "../services/service.ts";
import type { Service } from "../services/service.ts";

/** What an origin in aws-sdk v2 is: the SDK as a whole, a messaging class, a type of one, or something else of it. */
export type V2Name =
  | { readonly type: "sdk" }
  | { readonly type: "class"; readonly service: Service }
  | { readonly type: "member"; readonly service: Service; readonly path: readonly string[] }
  | { readonly type: "other" };

/** Whether a specifier is the whole of aws-sdk v2. */
export function isWholeSdk(module: string): boolean {
  return /^aws-sdk(\/|(\/(clients\/all|global|index|lib\/aws))?(\.js)?)$/.test(module);
}

/** The service of `aws-sdk/clients/sqs`. */
export function serviceOfDeepModule(module: string): Service | undefined {
  const name = /^aws-sdk\/clients\/(sqs|sns|kinesis)(\.js|\.d(\.ts)?)?$/.exec(module)?.[1];
  return ALL_SERVICES.find((service) => service.name === name);
}

/** Finds out what an origin is in aws-sdk v2; nothing when it is not of it. */
export function v2Name(origin: Origin | undefined): V2Name | undefined {
  if (origin === undefined) return undefined;
  const path = origin.path[0] === "default" ? origin.path.slice(1) : origin.path;
  const deep = serviceOfDeepModule(origin.module);
  if (deep !== undefined)
    return path.length === 0 ? { type: "class", service: deep } : { type: "member", service: deep, path };
  if (!isWholeSdk(origin.module)) return undefined;
  const [first, ...rest] = path;
  if (first === undefined) return { type: "sdk" };
  const service = serviceOfClass(first);
  if (service === undefined) return { type: "other" };
  return rest.length === 0 ? { type: "class", service } : { type: "member", service, path: rest };
}
