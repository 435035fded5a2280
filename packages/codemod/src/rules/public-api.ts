import { nameOf } from "../engine/origins.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { v2Name } from "../v2/v2-module.ts";
import type { Rule } from "./rule.ts";
import { mentionsMessaging, messagingModule } from "./messaging-imports.ts";

/** Reports modules that hand names of the SDK on. */
export const publicApi: Rule = {
  title: "modules that re-export names of the SDK are reported",
  applies: (text) => text.includes("export") && (mentionsMessaging(text) || /["'`]aws-sdk/.test(text)),
  check: (file) => {
    for (const statement of [
      ...file.tree.ofType("ExportNamedDeclaration"),
      ...file.tree.ofType("ExportAllDeclaration"),
    ]) {
      if (statement.source !== null && messagingModule(statement.source.value) !== undefined) {
        file.flag("PUBLIC_API", statement, `re-export of ${messagingModule(statement.source.value)?.aggregatedClass}`);
      }
      flagV2(file, statement);
    }
    for (const specifier of file.tree.ofType("ExportSpecifier")) {
      if (specifier.parent?.type === "ExportNamedDeclaration" && specifier.parent.source !== null) continue;
      const module = file.origins.of(specifier.local)?.module;
      if (module !== undefined && messagingModule(module) !== undefined) {
        file.flag("PUBLIC_API", specifier, `export of ${file.textOf(specifier)}`);
      }
    }
  },
};

/** What hands on a class or the types of aws-sdk v2 stays: nobody knows who imports it from here. */
function flagV2(file: ScriptFile, statement: NodeOf<"ExportNamedDeclaration"> | NodeOf<"ExportAllDeclaration">): void {
  const module = statement.source?.value;
  if (module === undefined) return;
  const paths =
    statement.type === "ExportAllDeclaration" ? [[]] : statement.specifiers.map(({ local }) => [nameOf(local)]);
  const services = paths.flatMap((path) => {
    const name = v2Name({ module, path });
    return name?.type === "class" || name?.type === "member" ? [name.service.aggregatedClass] : [];
  });
  for (const service of new Set(services))
    file.flag("V2_MANUAL", statement, `aws-sdk's ${service} is exported again, and stays`, "review");
}
