import type { Node } from "oxc-parser";
import { enclosingClass, keyName, memberName, unwrapped, wrapped } from "../engine/ast.ts";
import type { ClassNode } from "../engine/ast.ts";
import { isWrite } from "../engine/origins.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { isThis, mayBeInstance } from "./declaration.ts";
import type { Because, Flow } from "./flow.ts";
import { hasParameterProperty } from "./injection.ts";

/** Follows clients through the fields and methods of classes. */
export class FieldFlow {
  readonly #flow: Flow;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  holdInFieldOf(file: ScriptFile, field: NodeOf<"PropertyDefinition">): void {
    const [owner, name] = [enclosingClass(field), keyName(field)];
    if (owner === undefined || name === undefined) return this.#flow.block(file, field, "a field without a fixed name");
    this.holdInField(file, owner, name, "flow");
  }

  /** Without a class, `this` in any function of the file is taken for the same object: constructor functions and their prototypes. */
  holdInField(file: ScriptFile, owner: ClassNode | undefined, name: string, because: Because): void {
    const key = `${file.path}:${owner?.start}:${name}`;
    if (!this.#flow.isNew(key)) return;
    const sources: Node[] = [];
    for (const field of file.tree.ofType("PropertyDefinition")) {
      if (enclosingClass(field) === owner && keyName(field) === name && field.value !== null) sources.push(field.value);
    }
    for (const member of file.tree.ofType("MemberExpression")) {
      if (memberName(member) !== name) continue;
      if (!isThis(file, member.object)) {
        if (isClassItself(file, member, owner)) {
          if (isWrite(member)) this.#flow.block(file, member, `the field ${name} is set from outside of its class`);
          else this.#flow.trace(file, member);
        } else if (this.#isUsedAsClient(member))
          this.#flow.block(file, member, `the field ${name} is reached from outside of its class`);
        continue;
      }
      if (enclosingClass(member) !== owner) {
        if (enclosingClass(member)?.superClass != null)
          this.#flow.block(file, member, `a subclass may use the field ${name}`);
        continue;
      }
      if (member.parent?.type === "AssignmentExpression" && member.parent.left === member) {
        sources.push(member.parent.right);
        this.#traceIfClient(file, member.parent.right);
      } else this.#flow.trace(file, member);
    }
    this.#checkOtherFiles(file, name);
    if (because === "type" && sources.length === 0 && !hasParameterProperty(owner, name))
      this.#flow.block(file, owner ?? file.tree.program, `nobody is seen who sets the field ${name}`);
    this.#flow.hold({
      file,
      node: owner ?? file.tree.program,
      what: `this.${name}`,
      sources: sources.filter((source) => !this.#isTypedParameter(file, source)),
    });
  }

  returnFromMethod(file: ScriptFile, method: NodeOf<"MethodDefinition">): void {
    const [name, owner] = [keyName(method), enclosingClass(method)];
    if (name === undefined || owner === undefined)
      return this.#flow.block(file, method, "the client is returned by a method");
    if (method.kind === "get") this.#checkOtherFiles(file, name);
    else this.#checkOtherCalls(file, name);
    for (const member of file.tree.ofType("MemberExpression")) {
      if (memberName(member) !== name) continue;
      const isOwn = isThis(file, member.object) && enclosingClass(member) === owner;
      if (!isOwn) {
        if (mayBeInstance(member))
          this.#flow.block(file, member, `the client is got through ${name} from outside of the class`);
      } else if (method.kind === "get") this.#flow.trace(file, member);
      else if (member.parent?.type === "CallExpression" && member.parent.callee === member)
        this.#flow.trace(file, member.parent);
      else this.#flow.block(file, member, `the method ${name} is handed on`);
    }
  }

  /** `queue.sqs.sendMessage()` in a file that loads the class. */
  #checkOtherFiles(file: ScriptFile, name: string): void {
    if (name.startsWith("#")) return;
    for (const other of this.#flow.project.usersOf(file)) {
      for (const member of other.tree.ofType("MemberExpression")) {
        if (memberName(member) !== name || isThis(other, member.object)) continue;
        const outer = wrapped(member).parent;
        const isUsed = outer?.type === "MemberExpression" && this.#flow.service.methods.has(memberName(outer) ?? "");
        if (!isUsed || this.#isOtherExport(other, member, file)) continue;
        this.#flow.link(other, file);
        this.#flow.block(other, member, `the field ${name} is reached from outside of its class`);
      }
    }
  }

  /** `clients.getQueue()` in a file that gets at the class. */
  #checkOtherCalls(file: ScriptFile, name: string): void {
    for (const other of this.#flow.project.usersOf(file)) {
      for (const member of other.tree.ofType("MemberExpression")) {
        if (other === file || memberName(member) !== name || member.parent?.type !== "CallExpression") continue;
        if (this.#isOtherExport(other, member, file)) continue;
        this.#flow.link(other, file);
        this.#flow.block(other, member, `the client is got through ${name} from outside of the class`);
      }
    }
  }

  /** `clients.sqs`, an export of the same name, in this file or another, rather than a field. */
  #isOtherExport(user: ScriptFile, member: Node, file: ScriptFile): boolean {
    const origin = user.origins.of(member);
    if (origin === undefined) return false;
    const path = origin.path[0] === "default" ? origin.path.slice(1) : origin.path;
    if (path.length !== 1) return false;
    const loaded = this.#flow.project.resolve(user, origin.module);
    return loaded !== file || this.#flow.project.exportsOf(file).names.has(path[0] ?? "");
  }

  /** `sender.sqs.sendMessage()`, or `sender.sqs = double`: what looks like a use of a field, on whatever object. */
  #isUsedAsClient(member: NodeOf<"MemberExpression">): boolean {
    if (!mayBeInstance(member)) return false;
    const outer = wrapped(member).parent;
    return (
      isWrite(member) || (outer?.type === "MemberExpression" && this.#flow.service.methods.has(memberName(outer) ?? ""))
    );
  }

  #traceIfClient(file: ScriptFile, node: Node): void {
    if (unwrapped(node).type === "NewExpression" && this.#flow.isTraced(unwrapped(node))) this.#flow.trace(file, node);
  }

  /** `this.sqs = sqs`, where the parameter's type has been looked at on its own. */
  #isTypedParameter(file: ScriptFile, source: Node): boolean {
    const inner = unwrapped(source);
    if (inner.type !== "Identifier") return false;
    const binding = file.scopes.bindingOf(inner);
    return binding?.isParameter === true && this.#flow.isSeen(binding);
  }
}

/** `Queue.sqs` of `class Queue { static sqs = … }`. */
function isClassItself(
  file: ScriptFile,
  { object }: NodeOf<"MemberExpression">,
  owner: ClassNode | undefined,
): boolean {
  if (owner === undefined || object.type !== "Identifier") return false;
  return file.scopes.bindingOf(object)?.declaration === owner;
}
