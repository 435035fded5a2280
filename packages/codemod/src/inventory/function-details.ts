import { posix } from "node:path";
import type { YamlValue } from "./yaml-value.ts";

/** `src/worker.handler`: the handler below its folder, or below the entry that esbuild makes it of. */
export function handlerOf(definition: YamlValue): string {
  const properties = definition.at("Properties");
  const handler = properties.at("Handler").text ?? "";
  const [, path = "", name = ""] = /^(.+)\.(\w+)$/.exec(handler) ?? [];
  const entries = definition.at("Metadata", "BuildProperties", "EntryPoints").items.flatMap(({ text }) => text ?? []);
  const bare = entries.map((entry) => entry.replace(/\.[cm]?[jt]sx?$/, ""));
  const entry = bare.find((candidate) => candidate === path || candidate.endsWith(`/${path}`)) ?? path;
  return entry === "" ? "" : posix.join(properties.at("CodeUri").text ?? ".", `${entry}.${name}`);
}

/** What a consumer process must do as well as the mapping did. */
export function mappingDetails(properties: YamlValue): string[] {
  const details: string[] = [];
  const batch = properties.at("BatchSize").text ?? properties.at("batchSize").text;
  if (batch !== undefined) details.push(`batch size ${batch}`);
  if (!properties.at("FunctionResponseTypes").isEmpty || !properties.at("functionResponseType").isEmpty)
    details.push("partial failures");
  if (
    !properties.at("FilterCriteria").isEmpty ||
    !properties.at("filterPatterns").isEmpty ||
    !properties.at("FilterPolicy").isEmpty
  )
    details.push("filter");
  return details;
}
