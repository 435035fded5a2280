import { posix } from "node:path";
import type { TextLines } from "../engine/text-lines.ts";
import type { FlagCode, Severity } from "../flags/codes.ts";
import { findingAt } from "../flags/finding.ts";
import type { Finding } from "../flags/finding.ts";
import { eventSource } from "./intrinsic.ts";
import type {
  Actor,
  Address,
  InventoryItems,
  Remark,
  Resource,
  ResourceKind,
  Source,
  Subscription,
  VariableValue,
} from "./inventory.ts";

/** What one file told: the inventory and what needs a person. */
export interface FileInventory {
  readonly items: InventoryItems;
  readonly findings: readonly Finding[];
}

type Placed<Item> = Omit<Item, "file" | "line" | "source">;

/** Collects what one file tells. Places are given as offsets. */
export class InventoryBuilder {
  readonly file: string;
  readonly source: Source;
  readonly #lines: TextLines;
  /** Logical names are unique in a file or folder only; the scope tells them apart. */
  readonly #scope: string;
  readonly #resources: Resource[] = [];
  readonly #subscriptions: Subscription[] = [];
  readonly #actors: Actor[] = [];
  readonly #variables: VariableValue[] = [];
  readonly #remarks: Remark[] = [];
  readonly #findings: Finding[] = [];

  constructor(file: string, source: Source, lines: TextLines, scope: string) {
    this.file = file;
    this.source = source;
    this.#lines = lines;
    this.#scope = scope;
  }

  /** A logical name, made unique. */
  scoped(reference: string): string {
    return `${this.#scope}#${reference}`;
  }

  resource(offset: number, resource: Placed<Resource>): void {
    this.#resources.push({ ...this.#at(offset), ...resource, reference: this.scoped(resource.reference) });
  }

  subscription(offset: number, subscription: Placed<Subscription>): void {
    this.#subscriptions.push({ ...this.#at(offset), ...subscription });
  }

  actor(offset: number, actor: Placed<Actor>): void {
    this.#actors.push({ ...this.#at(offset), ...actor });
  }

  variable(offset: number, variable: string, value: Address): void {
    this.#variables.push({ ...this.#at(offset), variable, value });
  }

  /** Hands the source of a function's events on to its code: `src/worker.handler`, relative to a folder of the project. */
  eventSource(offset: number, folder: string, handler: string, kind: ResourceKind, target: Address): void {
    const [, path, name] = /^(.+)\.([\w$]+)$/.exec(posix.join(folder, handler)) ?? [];
    if (path === undefined || target.by === "unknown") return;
    this.variable(offset, eventSource(kind, path), target);
    this.variable(offset, eventSource(kind, path, name), target);
  }

  remark(offset: number, text: string): void {
    this.#remarks.push({ ...this.#at(offset), text });
  }

  flag(code: FlagCode, offset: number, detail: string, severity?: Severity): void {
    this.#findings.push(findingAt(this.file, this.#lines, code, offset, detail, severity));
  }

  /** A description of infrastructure that is read in part only. */
  readonly notParsed = (message: string, offset: number): void => {
    this.flag("PARSE_ERROR", offset, message, "info");
  };

  get result(): FileInventory {
    const items = {
      resources: this.#resources,
      subscriptions: this.#subscriptions,
      actors: this.#actors,
      variables: this.#variables,
      remarks: this.#remarks,
    };
    return { items, findings: this.#findings };
  }

  #at(offset: number): { file: string; line: number; source: Source } {
    return { file: this.file, line: this.#lines.at(offset).line, source: this.source };
  }
}
