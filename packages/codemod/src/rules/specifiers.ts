import type { Node } from "oxc-parser";
import { stringValue } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { serviceOfSpecifier } from "../services/service.ts";
import type { Service } from "../services/service.ts";
import { keepForeignException } from "./foreign-exception.ts";
import { writtenLike } from "../services/inline-version.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { moduleName, specifierPlace } from "./specifier-place.ts";
import { splitUnknownExports, usedNames } from "./used-names.ts";

/** Replaces the name of the package wherever a string is certain to be resolved as a module. */
export const specifiers: Rule = {
  title: "imports, requires, mock registries and types of the AWS clients come from WarrenMQ",
  applies: (text) => text.includes("@aws-sdk/client-"),
  check: (file, context) => {
    for (const literal of [...file.tree.ofType("Literal"), ...file.tree.ofType("TemplateLiteral")]) {
      const specifier = moduleName(literal, file);
      const service = specifier === undefined ? undefined : serviceOfSpecifier(specifier);
      if (specifier === undefined || service === undefined || !context.packages.has(service.awsPackage)) continue;
      checkSpecifier(file, context, literal, specifier, service);
    }
  },
};

function checkSpecifier(
  file: ScriptFile,
  { packages }: RuleContext,
  literal: Node,
  specifier: string,
  service: Service,
): void {
  const written = stringValue(literal) ?? specifier;
  const target = writtenLike(written, packages.get(service.awsPackage) ?? service.warrenPackage);
  switch (specifierPlace(literal, file)) {
    case "specifier":
      if (specifier !== service.awsPackage) return checkSubPath(file, literal, specifier, service, target);
      if (splitUnknownExports(file, literal, service, target)) return;
      if (keepForeignException(file, literal, service)) return;
      return file.editString("specifiers", literal, target);
    case "mapper-key":
      if (specifier === service.awsPackage)
        return file.editString("name-mapper", literal, stringValue(literal)?.startsWith("^") ? `^${target}$` : target);
      return file.flag("CONFIG_REF", literal, `a mapping of ${specifier}`);
    case "configuration":
      return file.flag("CONFIG_REF", literal, specifier);
    case "other":
      return file.flag("DYNAMIC_SPECIFIER", literal, specifier);
  }
}

/** A path inside the AWS package becomes our root when our root exports all that is taken from it. */
function checkSubPath(file: ScriptFile, literal: Node, specifier: string, service: Service, target: string): void {
  const names = usedNames(literal);
  const isCode = /\/dist-(types|cjs|es)(\/|$)/.test(specifier);
  if (isCode && names !== undefined && names.length > 0 && names.every((name) => service.exports.has(name))) {
    file.editString("sub-path", literal, target);
    return;
  }
  file.flag("SUBPATH", literal, specifier);
}
