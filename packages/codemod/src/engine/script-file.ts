import type { Node } from "oxc-parser";
import type { FlagCode, Severity } from "../flags/codes.ts";
import { findingAt } from "../flags/finding.ts";
import type { Finding } from "../flags/finding.ts";
import type { Edit } from "./edit.ts";
import { Origins } from "./origins.ts";
import { Scopes } from "./scopes.ts";
import type { SyntaxTree } from "./syntax-tree.ts";
import { TextLines } from "./text-lines.ts";

/** A parsed script and what the rules want to do and to say about it. */
export class ScriptFile {
  /** Where it is. */
  readonly path: string;
  /** Its name in reports. */
  readonly name: string;
  readonly text: string;
  readonly tree: SyntaxTree;
  readonly isTest: boolean;
  /** Opens the file of the project that a specifier in this one means, to look up what it exports. */
  open: (specifier: string) => ScriptFile | undefined = () => undefined;
  readonly #edits: Edit[] = [];
  readonly #findings: { readonly finding: Finding; readonly start: number; readonly end: number }[] = [];
  readonly #lines: TextLines;
  #scopes: Scopes | undefined;
  #origins: Origins | undefined;

  constructor(path: string, name: string, text: string, tree: SyntaxTree) {
    this.path = path;
    this.name = name;
    this.text = text;
    this.tree = tree;
    this.isTest = isTestPath(name);
    this.#lines = new TextLines(text);
  }

  get edits(): readonly Edit[] {
    return this.#edits;
  }

  /** What was said. What the edits of aws-sdk v2 settle needs no person any more. */
  get findings(): readonly Finding[] {
    const settling = this.#edits.filter(({ rule }) => rule === "v2-error-code" || rule === "v2-config");
    return this.#findings
      .filter(({ finding, start, end }) => {
        const canBeSettled =
          finding.code === "ERROR_CODE" || (finding.code === "CLIENT_OPTION" && finding.severity !== "info");
        return !canBeSettled || !settling.some((edit) => edit.start < end && edit.end > start);
      })
      .map(({ finding }) => finding);
  }

  get lines(): TextLines {
    return this.#lines;
  }

  /** What each identifier means. Found out when first asked for. */
  get scopes(): Scopes {
    return (this.#scopes ??= new Scopes(this.tree));
  }

  /** Which module each expression comes from. */
  get origins(): Origins {
    return (this.#origins ??= new Origins(this.scopes));
  }

  /** Wants other text between two offsets. */
  edit(rule: string, start: number, end: number, replacement: string): void {
    this.#edits.push({ rule, start, end, replacement });
  }

  /** Says something about a place. */
  flag(code: FlagCode, at: Node | number, detail: string, severity?: Severity): void {
    const [start, end] = typeof at === "number" ? [at, at] : [at.start, at.end];
    this.#findings.push({ finding: findingAt(this.name, this.#lines, code, start, detail, severity), start, end });
  }

  /** The source of a node. */
  textOf(node: { readonly start: number; readonly end: number }): string {
    return this.text.slice(node.start, node.end);
  }

  /** Replaces what is between the quotes of a string literal; the quotes stay. */
  editString(rule: string, literal: Node, replacement: string): void {
    this.edit(rule, literal.start + 1, literal.end - 1, replacement);
  }
}

/** Whether a path is a test's, a fixture's or a mock's by its name. */
export function isTestPath(path: string): boolean {
  return (
    /(^|\/)(__tests__|__mocks__|__fixtures__|tests?|specs?|e2e|fixtures?|testing|test-utils?|mocks?|cypress)\//i.test(
      path,
    ) ||
    /[.\-_](test|spec|e2e|fixture|mock|stub)s?\.[cm]?[jt]sx?$/i.test(path) ||
    /(^|\/)(jest|vitest|mocha)\.(setup|config)\b/i.test(path)
  );
}
