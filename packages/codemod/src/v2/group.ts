import type { Node } from "oxc-parser";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { Service } from "../services/service.ts";

/** A call of an operation on a proven client. */
export interface ClientCall {
  readonly call: NodeOf<"CallExpression">;
  /** `.promise()` behind it. */
  readonly promise: NodeOf<"CallExpression"> | undefined;
  readonly method: string;
}

/** A type of v2: `AWS.SQS` itself, or a type inside it. */
export interface TypeUse {
  readonly node: Node;
  /** Empty for the class itself. */
  readonly name: string;
  /** The type of the SDK around it, which goes: `PromiseResult<Message, AWSError>`. */
  readonly wrapper?: Node;
}

/** Something that keeps a group from being rewritten. */
export interface Blocker {
  readonly file: ScriptFile;
  readonly node: Node;
  readonly reason: string;
}

/** All uses of one service in one file. It is rewritten as a whole, or not at all. */
export class ClientGroup {
  readonly file: ScriptFile;
  readonly service: Service;
  readonly sites: NodeOf<"NewExpression">[] = [];
  readonly calls: ClientCall[] = [];
  readonly types: TypeUse[] = [];
  readonly blockers: Blocker[] = [];
  #linked: ClientGroup | undefined;

  constructor(file: ScriptFile, service: Service) {
    this.file = file;
    this.service = service;
  }

  block(node: Node, reason: string): void {
    this.blockers.push({ file: this.file, node, reason });
  }

  /** Blocks for a reason that needs no second place. */
  blockOnce(node: Node, reason: string): void {
    if (!this.blockers.some((blocker) => blocker.reason === reason)) this.block(node, reason);
  }

  /** The same fate for two groups: a client goes from one file into the other. */
  link(other: ClientGroup): void {
    const [left, right] = [this.leader, other.leader];
    if (left !== right) left.#linked = right;
  }

  get leader(): ClientGroup {
    // No recursion: a client that goes through thousands of files makes a chain as long.
    let leader = this.#linked;
    if (leader === undefined) return this;
    for (let next = leader.#linked; next !== undefined; next = leader.#linked) leader = next;
    this.#linked = leader;
    return leader;
  }
}
