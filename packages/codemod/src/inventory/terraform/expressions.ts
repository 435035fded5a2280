import { addressOfText, isMessagingAddress } from "../address.ts";
import type { Address, ResourceKind } from "../inventory.ts";
import type { HclBlock } from "./hcl-file.ts";
import { kindOf, literal, objectEntries } from "./hcl-values.ts";
import type { ModuleCall, ModuleFolder, ModuleFolders } from "./module-folder.ts";

const DEPTH = 6;

const TOKENS =
  /\b(?:(?<resource>(?:data\.)?aws_(?:sqs_queue|sns_topic|kinesis_stream)\.[\w-]+)|module\.(?<module>[\w-]+)(?:\[[^\]]*\])?(?:\.(?<output>[\w-]+))?|local\.(?<local>[\w-]+)(?<path>(?:\.[\w-]+|\["[^"]+"\])*)|var\.(?<variable>[\w-]+)|each\.(?<each>key|value)(?:\.(?<member>[\w-]+))?|data\.terraform_remote_state\.[\w-]+\.outputs\.(?<remote>[\w-]+))/g;

/** Where an expression stands: in a module as it is written, or in one of several calls of it. */
export interface Place {
  readonly folder: ModuleFolder;
  readonly call?: ModuleCall | undefined;
  /** Where the call stands. */
  readonly outer?: Place | undefined;
}

/** Finds out what the expressions of Terraform mean, through locals, variables, outputs and the calls of modules. */
export class Expressions {
  readonly #folders: ModuleFolders;

  constructor(folders: ModuleFolders) {
    this.#folders = folders;
  }

  /** The module that `module.name` calls. It has a place of its own if there are several calls of it. */
  enter(place: Place, name: string): Place | undefined {
    const folder = this.#folders.calledBy(place.folder, name);
    if (folder === undefined) return undefined;
    const call = folder.calls.find((each) => each.caller === place.folder && each.name === name);
    return folder.calls.length === 1 && place.call === undefined ? { folder } : { folder, call, outer: place };
  }

  /** What identifies a resource or module in the whole project. */
  reference({ folder, call, outer }: Place, name: string): string {
    return call === undefined || outer === undefined
      ? `${folder.path}#${name}`
      : this.reference(outer, `module.${call.name}.${name}`);
  }

  /** Every queue, topic or stream that an expression may mean; what is not known if none is found. */
  addresses(place: Place, text: string, block?: HclBlock, kind?: ResourceKind): readonly Address[] {
    const whole = literal({ text, offset: 0 });
    if (whole !== undefined) return [addressOfText(whole)];
    const found = unique(this.#references(place, text, block, 0));
    const fitting = found.filter((address) => kind === undefined || (kindOfAddress(address) ?? kind) === kind);
    if (fitting.length > 0) return fitting;
    const evaluated = this.text(place, text);
    if (evaluated !== undefined) return [addressOfText(evaluated)];
    // The account and the region need not be known.
    const last = /[:/]([\w.-]+)"$/.exec(text.trim())?.[1];
    return [last === undefined ? { by: "unknown", text: text.trim().slice(0, 120) } : { by: "name", name: last }];
  }

  /** The address that an expression means, if it is one. */
  address(place: Place, text: string, block?: HclBlock, kind?: ResourceKind): Address {
    const [first, ...others] = this.addresses(place, text, block, kind);
    return first === undefined || others.length > 0 ? { by: "unknown", text: text.trim().slice(0, 120) } : first;
  }

  /** The queues, topics and streams that are referred to somewhere in a text. */
  referred(place: Place, text: string, block?: HclBlock): readonly Address[] {
    return unique(this.#references(place, text, block, 0));
  }

  /** The text that an expression makes, if all its parts are known. */
  text(place: Place, expression: string | undefined, depth = 0): string | undefined {
    const trimmed = expression?.trim() ?? "";
    if (depth > DEPTH) return undefined;
    // As paths from the root of the project: what is relative depends on where Terraform runs.
    if (trimmed === "path.module") return `/${place.folder.path}`;
    if (trimmed === "path.root" && place.folder.calls.length === 0) return `/${place.folder.path}`;
    const number = /^(?:\d+|true|false)$/.exec(trimmed)?.[0];
    if (number !== undefined) return number;
    const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(trimmed)?.[1];
    if (quoted !== undefined && !/\$\{[^}]*["{]/.test(quoted)) return this.#interpolated(place, quoted, depth);
    const local = /^local\.([\w-]+)$/.exec(trimmed)?.[1];
    if (local !== undefined) return this.text(place, place.folder.locals.get(local), depth + 1);
    const variable = /^var\.([\w-]+)$/.exec(trimmed)?.[1];
    if (variable === undefined) return undefined;
    const values = this.#given(place, variable).map((given) => this.text(given.place, given.text, depth + 1));
    return values.length > 0 && values.every((value) => value === values[0]) ? values[0] : undefined;
  }

  #interpolated(place: Place, quoted: string, depth: number): string | undefined {
    let isKnown = true;
    const text = quoted.replaceAll(/\$\{([^}]*)\}/g, (_, inner: string) => {
      const value = this.text(place, inner, depth + 1);
      isKnown &&= value !== undefined;
      return value ?? "";
    });
    return isKnown ? text : undefined;
  }

  #references(place: Place, text: string, block: HclBlock | undefined, depth: number): readonly Address[] {
    if (depth > DEPTH) return [];
    const plain = literal({ text, offset: 0 });
    if (plain !== undefined) return isMessagingAddress(plain) ? [addressOfText(plain)] : [];
    return [...text.matchAll(TOKENS)].flatMap((match) => this.#meant(place, match.groups ?? {}, block, depth + 1));
  }

  #meant(
    place: Place,
    token: Readonly<Record<string, string | undefined>>,
    block: HclBlock | undefined,
    depth: number,
  ): readonly Address[] {
    const { resource, module, output, local, path, variable, each, member, remote } = token;
    if (resource !== undefined) return [{ by: "reference", reference: this.reference(place, resource) }];
    if (module !== undefined) return this.#outputOf(place, module, output, depth);
    if (local !== undefined) return this.#references(place, this.#localAt(place, local, path ?? ""), block, depth);
    if (variable !== undefined)
      return this.#given(place, variable).flatMap((given) =>
        this.#references(given.place, given.text, undefined, depth),
      );
    if (each !== undefined) return this.#repeated(place, block, member, depth);
    return remote === undefined ? [] : this.#remote(remote, depth);
  }

  #outputOf(place: Place, name: string, output: string | undefined, depth: number): readonly Address[] {
    const inner = this.enter(place, name);
    if (inner === undefined) return [{ by: "reference", reference: this.reference(place, `module.${name}`) }];
    const texts = output === undefined ? [...inner.folder.outputs.values()] : [inner.folder.outputs.get(output) ?? ""];
    return texts.flatMap((text) => this.#references(inner, text, undefined, depth));
  }

  /** `local.queues["orders"]`, `local.queues.orders.arn`: the entry, if it is found, or everything. */
  #localAt({ folder }: Place, name: string, path: string): string {
    const text = folder.locals.get(name) ?? "";
    const [key] = path.match(/[\w-]+/g) ?? [];
    const entry = text.trim().startsWith("{")
      ? objectEntries({ text, offset: 0 }).find(([found]) => found === key)?.[1].text
      : undefined;
    return entry === undefined || entry.trim() === "{" ? text : entry;
  }

  /** `each.value.arn` means what the block is repeated over: all of it, or what it has under that name. */
  #repeated(place: Place, block: HclBlock | undefined, member: string | undefined, depth: number): readonly Address[] {
    const over = block?.attributes.get("for_each")?.text ?? "";
    const local = /^local\.([\w-]+)$/.exec(over.trim())?.[1];
    const text = local === undefined ? over : (place.folder.locals.get(local) ?? "");
    const values = objectEntries({ text, offset: 0 }).flatMap(([key, value]) => (key === member ? [value.text] : []));
    return (values.length > 0 ? values : [text]).flatMap((value) => this.#references(place, value, undefined, depth));
  }

  /** Another state's output: the one output of that name in the project. */
  #remote(output: string, depth: number): readonly Address[] {
    const found = this.#folders.all.filter(({ outputs }) => outputs.has(output));
    const [folder] = found;
    return found.length === 1 && folder !== undefined
      ? this.#references({ folder }, folder.outputs.get(output) ?? "", undefined, depth)
      : [];
  }

  /** What a variable is given: by the call, by every call of the module, or by itself. */
  #given(place: Place, name: string): readonly { readonly place: Place; readonly text: string }[] {
    const own = place.folder.defaults.get(name);
    const fallback = own === undefined ? [] : [{ place, text: own }];
    const from = (call: ModuleCall, outer: Place): readonly { readonly place: Place; readonly text: string }[] => {
      const argument = call.block.attributes.get(name)?.text;
      return argument === undefined ? fallback : [{ place: outer, text: argument }];
    };
    if (place.call !== undefined && place.outer !== undefined) return from(place.call, place.outer);
    const { calls } = place.folder;
    return calls.length === 0 ? fallback : calls.flatMap((call) => from(call, { folder: call.caller }));
  }
}

function kindOfAddress(address: Address): ResourceKind | undefined {
  if (address.by !== "reference") return undefined;
  return namesModule(address.reference) ? undefined : kindOf(address.reference);
}

/** Whether a reference is to a module as a whole, and not to something in it. */
export function namesModule(reference: string): boolean {
  const hash = reference.lastIndexOf("#");
  const [name = "", kind] = reference
    .slice(hash + 1)
    .split(".")
    .toReversed();
  return hash >= 0 && kind === "module" && /^[\w-]+$/.test(name);
}

function unique(addresses: readonly Address[]): readonly Address[] {
  return [...new Map(addresses.map((address) => [JSON.stringify(address), address])).values()];
}
