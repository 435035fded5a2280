import type { Node } from "oxc-parser";
import { nameOf } from "../engine/origins.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { Service } from "../services/service.ts";

/**
 * Leaves an import alone that takes nothing but exceptions from this package while the file works with another AWS
 * service: the exception was probably imported from the wrong package.
 * @returns whether the import stays
 */
export function keepForeignException(file: ScriptFile, literal: Node, service: Service): boolean {
  const { parent } = literal;
  if (parent?.type !== "ImportDeclaration" || parent.importKind === "type" || parent.specifiers.length === 0)
    return false;
  const names = parent.specifiers.map((specifier) =>
    specifier.type === "ImportSpecifier" && specifier.importKind !== "type" ? nameOf(specifier.imported) : "",
  );
  if (!names.every((name) => isShared(name)) || !usesAnotherService(file, service)) return false;
  file.flag("FOREIGN_EXCEPTION", literal, names.join(", "));
  return true;
}

/** Names that exceptions of many services have; `QueueDoesNotExist` can only be meant for SQS. */
function isShared(name: string): boolean {
  return /^(ResourceNotFound|ResourceInUse|InvalidParameter|InvalidParameterValue|LimitExceeded|AccessDenied|AuthorizationError|Validation|InternalError|NotFound|Throttled|ThrottlingException|KMS\w+|InvalidAddress|InvalidSecurity|ResourceNotFoundException)(Exception|Error)?$/.test(
    name,
  );
}

function usesAnotherService(file: ScriptFile, service: Service): boolean {
  const sources = file.tree.ofType("ImportDeclaration").map(({ source }) => source.value);
  const others = sources.filter(
    (source) => /^@aws-sdk\/(client|lib)-/.test(source) && !source.startsWith(service.awsPackage),
  );
  const hasOwnClient = sources.filter((source) => source === service.awsPackage).length > 1;
  return others.length > 0 && !hasOwnClient;
}
