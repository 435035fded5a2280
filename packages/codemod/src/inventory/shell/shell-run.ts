import type { Node } from "web-tree-sitter";
import { addressOfValue } from "./aws-command.ts";

/** A value of a script: its text, and the command whose output it is. */
export interface ShellValue {
  readonly text: string | undefined;
  readonly command?: ShellCommand | undefined;
}

/** A command with the words that it is called with, as far as they are known. */
export interface ShellCommand {
  readonly words: readonly ShellValue[];
  readonly offset: number;
  /** Whether somebody uses what it prints. */
  readonly isCaptured: boolean;
}

const UNKNOWN: ShellValue = { text: undefined };
const DEPTH = 5;

/** Stands for a part of a text that is not known. */
const HIDDEN = "\0";

/** Goes through a script as a shell would, without conditions: each command once for every value of a loop or call. */
export class ShellRun {
  readonly commands: ShellCommand[] = [];
  readonly #variables = new Map<string, ShellValue>();
  readonly #lists = new Map<string, readonly ShellValue[]>();
  readonly #functions = new Map<string, Node>();
  readonly #called = new Set<string>();
  #depth = 0;

  run(program: Node): void {
    this.#walk(program);
    for (const [name, body] of this.#functions) if (!this.#called.has(name)) this.#walk(body);
  }

  #walk(node: Node): void {
    switch (node.type) {
      case "variable_assignment":
        return this.#assign(node);
      case "command":
        this.#command(node, false);
        return;
      case "for_statement":
        return this.#loop(node);
      case "function_definition": {
        const body = node.childForFieldName("body");
        if (body !== null) this.#functions.set(node.childForFieldName("name")?.text ?? "", body);
        return;
      }
      default:
        for (const child of node.namedChildren) if (child !== null) this.#walk(child);
    }
  }

  #assign(node: Node): void {
    const name = node.childForFieldName("name")?.text ?? "";
    const value = node.childForFieldName("value");
    if (value?.type === "array") {
      this.#lists.set(
        name,
        value.namedChildren.flatMap((child) => (child === null ? [] : [this.#value(child)])),
      );
    } else this.#variables.set(name, value === null ? { text: "" } : this.#value(value));
  }

  #loop(node: Node): void {
    const name = node.childForFieldName("variable")?.text ?? "";
    const values = node.childrenForFieldName("value").flatMap((child) => (child === null ? [] : this.#values(child)));
    const body = node.childForFieldName("body");
    if (body === null || this.#depth > DEPTH) return;
    this.#depth += 1;
    for (const value of values.length > 0 ? values : [UNKNOWN]) {
      this.#variables.set(name, value);
      this.#walk(body);
    }
    this.#depth -= 1;
  }

  /** The words that one word becomes: of a list, or of a text with spaces. */
  #values(node: Node): readonly ShellValue[] {
    const list = /^"?\$\{(\w+)\[[@*]\]\}"?$/.exec(node.text)?.[1];
    if (list !== undefined) return this.#lists.get(list) ?? [UNKNOWN];
    const value = this.#value(node);
    if (node.type === "string" || value.text === undefined) return [value];
    return value.text.split(/\s+/).flatMap((text) => (text === "" ? [] : [{ text }]));
  }

  #command(node: Node, isCaptured: boolean): ShellCommand {
    const name = node.childForFieldName("name");
    const parts = [...(name === null ? [] : [name]), ...node.childrenForFieldName("argument")];
    const words = parts.flatMap((part) => (part === null ? [] : [this.#value(part)]));
    const command = { words, offset: node.startIndex, isCaptured };
    const called = this.#functions.get(words[0]?.text ?? "");
    if (called !== undefined && this.#depth <= DEPTH) this.#call(called, words);
    else this.commands.push(command);
    return command;
  }

  #call(body: Node, words: readonly ShellValue[]): void {
    this.#called.add(words[0]?.text ?? "");
    const before = [...this.#variables];
    for (const [index, word] of words.entries()) this.#variables.set(String(index), word);
    this.#depth += 1;
    this.#walk(body);
    this.#depth -= 1;
    for (const [name, value] of before) if (/^\d+$/.test(name)) this.#variables.set(name, value);
  }

  #value(node: Node): ShellValue {
    switch (node.type) {
      case "word":
      case "number":
        return { text: node.text.replaceAll(/\\(\r?\n)/g, "").replaceAll(/\\(.)/g, "$1") };
      case "raw_string":
        return { text: node.text.slice(1, -1) };
      case "ansi_c_string":
        return { text: node.text.slice(2, -1) };
      case "string_content":
        return { text: node.text.replaceAll(/\\(["\\$`])/g, "$1") };
      case "simple_expansion":
        return this.#variables.get(node.text.slice(1)) ?? UNKNOWN;
      case "expansion":
        return this.#expansion(node);
      case "command_substitution":
        return this.#substitution(node);
      case "string":
      case "concatenation":
      case "command_name":
      case "translated_string":
        return this.#joined(node);
      default:
        return UNKNOWN;
    }
  }

  /** `${QUEUE:-orders}`: the variable, or what stands for it when nobody sets it. */
  #expansion(node: Node): ShellValue {
    const match = /^\$\{(\w+)(?::?[-=](.*))?\}$/s.exec(node.text);
    const known = this.#variables.get(match?.[1] ?? "");
    if (match === null || known?.text !== undefined || known?.command !== undefined) return known ?? UNKNOWN;
    const fallback = match[2]?.replaceAll(/^["']|["']$/g, "");
    return fallback === undefined || fallback.includes("$") ? UNKNOWN : { text: fallback };
  }

  #substitution(node: Node): ShellValue {
    let last: ShellCommand | undefined;
    for (const child of node.namedChildren) {
      const [command] = child?.descendantsOfType("command") ?? [];
      if (command !== undefined && command !== null) last ??= this.#command(command, true);
    }
    return { text: undefined, command: last };
  }

  #joined(node: Node): ShellValue {
    const children = node.namedChildren.filter((child) => child !== null);
    const [only] = children;
    if (only === undefined) return { text: node.text.replaceAll(/^["']|["']$/g, "") };
    const values = children.map((child) => this.#value(child));
    if (values.length === 1 && values[0] !== undefined && isAll(node, only)) return values[0];
    const gaps = gapsOf(node, children);
    const texts = values.map((value) => value.text ?? nameIn(value));
    const text = texts.map((part, index) => `${gaps[index]}${part ?? HIDDEN}`).join("") + (gaps.at(-1) ?? "");
    if (!text.includes(HIDDEN)) return { text };
    // An unknown region or host does not hide the name.
    return /^(arn:|https?:).*[:/][^:/\0]+$/s.test(text) ? { text: text.replaceAll(HIDDEN, "0") } : UNKNOWN;
  }
}

/** What is put into a text and comes from the AWS CLI names a queue, topic or stream: an ARN of it, mostly. */
function nameIn(value: ShellValue): string | undefined {
  const address = addressOfValue(value);
  return address.by === "name" ? address.name : undefined;
}

function isAll(node: Node, child: Node): boolean {
  return node.text.replaceAll(/^"|"$/g, "") === child.text;
}

/** White space between the parts of a string has no node of its own. */
function gapsOf(node: Node, children: readonly Node[]): readonly string[] {
  const quote = node.type === "string" ? 1 : 0;
  const ends = [node.startIndex + quote, ...children.map(({ endIndex }) => endIndex)];
  const starts = [...children.map(({ startIndex }) => startIndex), node.endIndex - quote];
  return starts.map((start, index) => {
    const from = (ends[index] ?? start) - node.startIndex;
    return node.text.slice(from, start - node.startIndex);
  });
}
