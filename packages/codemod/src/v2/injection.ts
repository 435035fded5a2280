import { isFunction } from "../engine/ast.ts";
import type { ClassNode, FunctionNode } from "../engine/ast.ts";
import { namesOf } from "../engine/scopes.ts";

/** A constructor of a class with decorators (NestJS, Angular, Inversify …), or a parameter with one. */
export function isInjected(declaration: FunctionNode, owner: ClassNode | undefined): boolean {
  if (owner === undefined) return false;
  const method = declaration.parent;
  const isConstructor = method?.type === "MethodDefinition" && method.kind === "constructor";
  return isConstructor && (owner.decorators.length > 0 || declaration.params.some((each) => hasDecorator(each)));
}

function hasDecorator(parameter: FunctionNode["params"][number]): boolean {
  return "decorators" in parameter && (parameter.decorators?.length ?? 0) > 0;
}

/** `constructor(private sqs: SQS)`. */
export function hasParameterProperty(owner: ClassNode | undefined, name: string): boolean {
  return (owner?.body.body ?? []).some(
    (member) =>
      member.type === "MethodDefinition" &&
      member.kind === "constructor" &&
      isFunction(member.value) &&
      member.value.params.some(
        (parameter) => parameter.type === "TSParameterProperty" && namesOf(parameter).some((id) => id.name === name),
      ),
  );
}
