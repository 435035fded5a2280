/** What a {@link JsonReader} stands on. */
export type JsonToken =
  | "start-object"
  | "end-object"
  | "start-array"
  | "end-array"
  | "field"
  | "string"
  | "number"
  | "true"
  | "false"
  | "null"
  | "end";

const SHOWN_CHARACTERS = 500;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const BLANKS = /[ \t\r\n]*/y;
const STRING_REST = /(?:[^"\\]|\\.)*"/sy;
const TOKEN_OF: Readonly<Record<string, JsonToken>> = {
  "{": "start-object",
  "}": "end-object",
  "[": "start-array",
  "]": "end-array",
  '"': "string",
};

/**
 * Reads JSON token by token and knows where it stands, in the way of the parser behind AWS's filter policies (Jackson):
 * its complaints name a line and a column, and tools show them to people. The text must be valid JSON.
 *
 * A string counts as read up to its opening quote until its text is asked for, and a field name includes the beginning
 * of its value; both can be seen in the columns that AWS gives.
 */
export class JsonReader {
  readonly #json: string;
  #position = 0;
  #token: JsonToken | undefined;
  #text = "";
  #unfinishedString = false;
  #value: { readonly token: JsonToken; readonly text: string } | undefined;
  /** For each open object or array, whether it is an object. */
  readonly #nesting: boolean[] = [];
  #expectsField = false;

  constructor(json: string) {
    this.#json = json;
  }

  /** How far the text was read. */
  get position(): number {
    return this.#position;
  }

  /** Goes on to the next token. */
  next(): JsonToken {
    const value = this.#value;
    if (value !== undefined) {
      this.#value = undefined;
      return this.#enter(value.token, value.text);
    }
    this.#finishString();
    this.#skip(BLANKS);
    if (this.#json[this.#position] === ",") {
      this.#position += 1;
      this.#skip(BLANKS);
    }
    if (this.#position >= this.#json.length) return this.#enter("end", "");
    if (this.#expectsField && this.#json[this.#position] === '"') return this.#readField();
    const token = this.#scan();
    return this.#enter(token, this.#text);
  }

  /** The text of the token: of a string its value, of a number its digits. */
  text(): string {
    this.#finishString();
    return this.#text;
  }

  /** Where the reader stands, as the end of a complaint of AWS's. */
  location(): string {
    const before = this.#json.slice(0, this.#position);
    const line = before.split("\n").length;
    const column = this.#position - (before.lastIndexOf("\n") + 1) + 1;
    const rest = this.#json.length - SHOWN_CHARACTERS;
    const shown = `"${this.#json.slice(0, SHOWN_CHARACTERS)}"${rest > 0 ? `[truncated ${rest} chars]` : ""}`;
    return `\n at [Source: (String)${shown}; line: ${line}, column: ${column}]`;
  }

  #enter(token: JsonToken, text: string): JsonToken {
    this.#token = token;
    if (token !== "string") this.#text = text;
    if (token === "start-object" || token === "start-array") this.#nesting.push(token === "start-object");
    if (token === "end-object" || token === "end-array") this.#nesting.pop();
    this.#expectsField = this.#nesting.at(-1) === true;
    return this.#token;
  }

  #readField(): JsonToken {
    this.#scan();
    this.#finishString();
    const name = this.#text;
    this.#skip(BLANKS);
    this.#position += 1; // the colon
    this.#skip(BLANKS);
    const token = this.#scan();
    this.#value = { token, text: this.#text };
    this.#token = "field";
    this.#text = name;
    this.#expectsField = false;
    return "field";
  }

  #scan(): JsonToken {
    const first = this.#json[this.#position] ?? "";
    const token = TOKEN_OF[first];
    if (token !== undefined) {
      this.#position += 1;
      this.#text = first;
      this.#unfinishedString = token === "string";
      return token;
    }
    const literal = (["true", "false", "null"] as const).find((word) => this.#json.startsWith(word, this.#position));
    this.#text = literal ?? this.#match(NUMBER);
    this.#position += this.#text.length;
    return literal ?? "number";
  }

  #finishString(): void {
    if (!this.#unfinishedString || this.#value !== undefined) return;
    this.#unfinishedString = false;
    const rest = this.#match(STRING_REST);
    this.#position += rest.length;
    const value: unknown = JSON.parse(`"${rest}`);
    this.#text = String(value);
  }

  #skip(pattern: RegExp): void {
    this.#position += this.#match(pattern).length;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    return pattern.exec(this.#json)?.[0] ?? "";
  }
}
