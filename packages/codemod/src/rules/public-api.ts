import type { Rule } from "./rule.ts";
import { mentionsMessaging, messagingModule } from "./messaging-imports.ts";

/** Reports modules that hand names of the SDK on. */
export const publicApi: Rule = {
  title: "modules that re-export names of the SDK are reported",
  applies: (text) => mentionsMessaging(text) && text.includes("export"),
  check: (file) => {
    for (const statement of [
      ...file.tree.ofType("ExportNamedDeclaration"),
      ...file.tree.ofType("ExportAllDeclaration"),
    ]) {
      if (statement.source !== null && messagingModule(statement.source.value) !== undefined) {
        file.flag("PUBLIC_API", statement, `re-export of ${messagingModule(statement.source.value)?.aggregatedClass}`);
      }
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
