import type { Node } from "oxc-parser";
import { dottedPath, unwrapped } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { InventoryBuilder } from "./builder.ts";
import type { FileInventory } from "./builder.ts";
import { scriptValue } from "./script-value.ts";
import { readService } from "./serverless.ts";
import { ServerlessSections } from "./serverless-sections.ts";

/** Whether a script is called like a configuration of the Serverless Framework. */
export function isServerlessScript(name: string): boolean {
  return /(^|\/)serverless[\w.-]*\.[cm]?[jt]s$/.test(name) && !/\.(test|spec|d)\.[cm]?[jt]s$/.test(name);
}

/** Reads what a serverless.ts or serverless.js says about messaging. */
export function readServerlessScript(file: ScriptFile): readonly FileInventory[] {
  const configuration = exported(file);
  if (configuration === undefined) return [];
  const builder = new InventoryBuilder(file.name, "serverless", file.lines, file.name);
  const root = { builder, value: scriptValue(file, configuration) };
  return readService(new ServerlessSections(root, () => undefined)).results;
}

/** `module.exports = …`, `export default …`, `export = …`; a function that makes the configuration is not run. */
function exported(file: ScriptFile): Node | undefined {
  const candidates: Node[] = [
    ...file.tree.ofType("ExportDefaultDeclaration").map(({ declaration }) => declaration),
    ...file.tree.ofType("TSExportAssignment").map(({ expression }) => expression),
    ...file.tree
      .ofType("AssignmentExpression")
      .flatMap(({ left, right }) => (dottedPath(left) === "module.exports" ? [right] : [])),
  ];
  return candidates.find((node) => /^(ObjectExpression|Identifier)$/.test(unwrapped(node).type));
}
