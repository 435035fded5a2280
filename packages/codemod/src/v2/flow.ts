import type { Node } from "oxc-parser";
import type { ClassNode } from "../engine/ast.ts";
import type { Binding } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { Service } from "../services/service.ts";
import type { ImportedName } from "./exported-name.ts";
import type { V2Project } from "./v2-project.ts";

/** Why a place is taken for one that holds a client. */
export type Because = "type" | "import" | "parameter" | "flow";

/** A place that holds a client, and the expressions that were put there. */
export interface Holder {
  readonly file: ScriptFile;
  readonly node: Node;
  readonly what: string;
  readonly sources: readonly Node[];
}

/** What the parts of the flow of one service's clients do together. */
export interface Flow {
  readonly project: V2Project;
  readonly service: Service;
  /** Follows an expression that is a client. */
  trace(file: ScriptFile, expression: Node): void;
  /** Follows a variable or parameter that holds one. */
  holdInBinding(file: ScriptFile, binding: Binding, because: Because): void;
  /** Follows a field that holds one. */
  holdInField(file: ScriptFile, owner: ClassNode | undefined, name: string, because: Because): void;
  /** Follows the results of a method that returns one. */
  returnFromMethod(file: ScriptFile, method: NodeOf<"MethodDefinition">): void;
  /** Something is not understood: the group stays as it is. */
  block(file: ScriptFile, node: Node, reason: string): void;
  /** The same fate for two files: a client goes from one into the other. */
  link(one: ScriptFile, other: ScriptFile): void;
  importsOf(file: ScriptFile, name: string): readonly ImportedName[];
  hold(holder: Holder): void;
  /** A parameter that holds a client by its type alone, until a caller is seen. */
  noteTyped(binding: Binding, file: ScriptFile): void;
  /** A caller is seen. */
  notePassed(binding: Binding): void;
  isTraced(node: Node): boolean;
  isSeen(key: unknown): boolean;
  /** Whether it is the first time that somebody asks. */
  isNew(key: unknown): boolean;
}
