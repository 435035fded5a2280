import { describe, expect, it } from "vitest";
import { checkFilterPolicy, type FilterPolicyScope } from "./filter-policy.ts";

function complaint(policy: string, scope: FilterPolicyScope = "MessageAttributes"): string {
  try {
    checkFilterPolicy(policy, scope);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
}

/** Recorded from AWS: the policy is in the complaint, and so are problem, line and column. */
const RECORDED: readonly (readonly [policy: string, problem: string, column: number])[] = [
  ['{"key":{"not-an-operator":"value"}}', '"not-an-operator" must be an object or an array', 28],
  ['{"key":{"suffix":"value","prefix":"value"}}', '"suffix" must be an object or an array', 19],
  ['{"key_a":"value_one"}', '"key_a" must be an object or an array', 11],
  ['{"key":[{"numeric":[">=",1,">",2]}]}', "Bad numeric range operator: >", 31],
  ['{"key":[{"numeric":[">",20,"test"]}]}', "Bad numeric range operator: test", 34],
  ['{"key":[{"numeric":[">",20,30]}]}', "Bad value in numeric range: 30", 30],
  ['{"key":[{"numeric":[">",3,"<",1]}]}', "Bottom must be less than top", 33],
  ['{"key":[]}', "Empty arrays are not allowed", 10],
  ['{"key":[{"numeric":[1,"<="]}]}', "Invalid member in numeric match: 1", 22],
  ['{"key":[{"numeric":[]}]}', "Invalid member in numeric match: ]", 22],
  ['{"key":[["value"]]}', "Match value must be String, number, true, false, or null", 10],
  ['{"key":[{"suffix":"value","prefix":"value2"}]}', "Only one key allowed in match expression", 37],
  ['{"key":[{"numeric":["<",100,">",10]}]}', "Too many elements in numeric expression", 30],
  ['{"key":[{"numeric":[">",20,"<",30,"<",50]}]}', "Too many terms in numeric range expression", 36],
  ['{"key":[{"wrong-operator":true}]}', "Unrecognized match type wrong-operator", 31],
  ['{"key":[{"numeric":["operator"]}]}', "Unrecognized numeric range operator: operator", 32],
  ['{"key":[{"anything-but":{"exists":false}}]}', "Unsupported anything-but pattern: exists", 40],
  ['{"key":[{"anything-but":{"suffix":"test"}}]}', "Unsupported anything-but pattern: suffix", 36],
  ['{"key":[{"anything-but":{"wrong-operator":null}}]}', "Unsupported anything-but pattern: wrong-operator", 47],
  ['{"key":[{"numeric":[">",20,"<","30"]}]}', "Value of < must be numeric", 33],
  ['{"key":[{"numeric":[">",20,"<="]}]}', "Value of <= must be numeric", 33],
  ['{"key":[{"numeric":[">","20","<","30"]}]}', "Value of > must be numeric", 26],
  ['{"key":[{"numeric":[">="]}]}', "Value of >= must be numeric", 26],
  ['{"key":[{"numeric":["=","000"]}]}', "Value of equals must be numeric", 26],
  ['{"key":[{"exists":"no"}]}', "exists match pattern must be either true or false.", 20],
  ['{"key":[{"exists":null}]}', "exists match pattern must be either true or false.", 23],
  ['{"key":[{"anything-but":{"prefix":false}}]}', "prefix match pattern must be a string", 40],
  ['{"key":[{"cidr":["bad-filter"]}]}', "prefix match pattern must be a string", 18],
  ['{"key":[{"suffix":100}]}', "suffix match pattern must be a string", 22],
  ['{"key":[{"suffix":["test","test2"]}]}', "suffix match pattern must be a string", 20],
  ['{"key":[{"suffix":[]}]}', "suffix match pattern must be a string", 20],
  ['{"key":[{"suffix":null}]}', "suffix match pattern must be a string", 23],
];

describe("the complaints about a filter policy", () => {
  it.each(RECORDED)("of %s are AWS's, line and column included", (policy, problem, column) => {
    expect(complaint(policy)).toBe(`${problem}\n at [Source: (String)"${policy}"; line: 1, column: ${column}]`);
  });

  it.each([
    ['{"key":[{"cidr":"bad-filter"}]}', "Nonstandard IP address: bad-filter"],
    ['{"key":[{"cidr":"xx.11.xx/8"}]}', "Nonstandard IP address: xx.11.xx"],
    ['{"key":[{"cidr":"xxxx:db8:1234:1a00::/64"}]}', "Nonstandard IP address: xxxx:db8:1234:1a00::"],
    ['{"key":[{"cidr":"110.11.20.9/9/9"}]}', "Malformed CIDR, one '/' required"],
    ['{"key":[{"cidr":"110.11.20.9/xx"}]}', "Malformed CIDR, mask bits must be an integer"],
  ])("of the addresses in %s name no place", (policy, problem) => {
    expect(complaint(policy)).toBe(problem);
  });

  it.each([
    ['{"key":[{"anything-but":["a",1]}]}', "either all values are number or string, mixed type is not supported"],
    ['{"key":[{"anything-but":[]}]}', "either all values are number or string, mixed type is not supported"],
    ['{"key":[{"anything-but":["a",null]}]}', "start|null|boolean is not supported"],
    ['{"key":[{"anything-but":null}]}', "Value of anything-but must be an array or single string/number value."],
  ])("of %s are those of event-ruler", (policy, problem) => {
    expect(complaint(policy)).toContain(problem);
  });

  it.each([
    ['{"$or":[{"a":["x"]}]}', "Unrecognized match type a"],
    ['{"$or":[]}', "Empty arrays are not allowed"],
    ['{"$or":[{"a":["x"]},{"b":["y"]},"z"]}', "Unrecognized match type a"],
    ['{"$or":[{"a":["x"]},{"prefix":["y"]}]}', "Unrecognized match type a"],
    ['{"$or":[{"a":["x"]},{}]}', "Empty objects are not allowed"],
    ['{"$or":"x"}', '"$or" must be an object or an array'],
  ])("of %s are about a property of that name, or an alternative that says nothing", (policy, problem) => {
    expect(complaint(policy)).toContain(problem);
  });

  it("count lines of a policy that is laid out", () => {
    expect(complaint('{\n  "key": [\n    { "numeric": [] }\n  ]\n}')).toContain("; line: 3, column: 20]");
  });

  it.each([
    [
      "invalid",
      "Unrecognized token 'invalid': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
      8,
    ],
    ["{invalid}", "Unexpected character ('i' (code 105)): was expecting double-quote to start field name", 2],
  ])("of %s, which is not JSON, are its parser's", (policy, problem, column) => {
    expect(complaint(policy)).toBe(
      `failed to parse JSON. ${problem}\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: 1, column: ${column}]`,
    );
  });
});

function keys(count: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`key_${index}`, ["value"]])));
}

function list(length: number): readonly string[] {
  return Array.from({ length }, (_, index) => `v${index}`);
}

function values(...counts: readonly number[]): string {
  return JSON.stringify(Object.fromEntries(counts.map((count, key) => [`key_${key}`, list(count)])));
}

function nested(last: number): string {
  return JSON.stringify({ key_a: { key_b: { key_c: list(4) } }, key_d: { key_e: list(last) } });
}

function alternatives(count: number): string {
  return JSON.stringify({ $or: [{ a: list(count) }, { b: ["x"] }] });
}

function metrics(sources: number, spaces: number): string {
  return JSON.stringify({
    source: list(sources),
    $or: [{ metricName: list(6) }, { metricType: list(4), $or: [{ metricId: list(4) }, { spaceId: list(spaces) }] }],
  });
}

function patterns(count: number): string {
  return JSON.stringify({ a: list(count).map((text) => ({ wildcard: `${text}*` })) });
}

describe("the limits of a filter policy", () => {
  it("are five keys", () => {
    expect(complaint(keys(5))).toBe("");
    expect(complaint(keys(6))).toBe("Filter policy can not have more than 5 keys");
  });

  it("are 150 combinations of values", () => {
    expect(complaint(values(15, 10))).toBe("");
    expect(complaint(values(151))).toBe("Filter policy is too complex");
    expect(complaint(values(16, 10))).toBe("Filter policy is too complex");
  });

  it("count the depth of nested keys: 4 x 3 x 3 x 2 = 72 in the guide's example", () => {
    expect(complaint(nested(6), "MessageBody")).toBe("");
    expect(complaint(nested(7), "MessageBody")).toBe("Filter policy is too complex");
  });

  it("count the outermost keys of the guide's example: four, however many stand under them", () => {
    const exists = [{ exists: true }];
    const policy = {
      state: ["SUCCESS"],
      severity: exists,
      message: exists,
      finding: { standard_control: exists, region: exists, account: exists },
    };
    expect(complaint(JSON.stringify(policy), "MessageBody")).toBe("");
  });

  it("multiply the values of all arrays: 3 x 1 x 2 = 6 in the guide's example, so 25 times as many go", () => {
    expect(complaint(values(3, 1, 2, 25))).toBe("");
    expect(complaint(values(3, 1, 2, 26))).toBe("Filter policy is too complex");
  });

  it("add up the alternatives of an $or", () => {
    expect(complaint(alternatives(149))).toBe("");
    expect(complaint(alternatives(150))).toBe("Filter policy is too complex");
  });

  it("allow no nested policy under scope MessageAttributes", () => {
    expect(complaint('{"a":{"b":["c"]}}')).toBe(
      "Filter policy scope MessageAttributes does not support nested filter policy",
    );
    expect(complaint('{"a":{"b":["c"]}}', "MessageBody")).toBe("");
  });

  it("allow three wildcards in a pattern, and a hundred points in all", () => {
    expect(complaint('{"a":[{"wildcard":"a*b*c*d"}]}')).toBe("");
    expect(complaint('{"a":[{"wildcard":"a*b*c*d*"}]}')).toContain("at most 3 wildcard characters");
    expect(complaint(patterns(10))).toBe("");
    expect(complaint(patterns(11))).toBe("Filter policy is too complex");
  });

  it("are numbers between minus and plus a thousand million, but for those that are wanted as they are", () => {
    const tooLarge = "Value must be between -1.0E9 and 1.0E9, inclusive";
    expect(complaint('{"a":[{"numeric":["<",1000000000]}]}')).toBe("");
    expect(complaint('{"a":[{"numeric":["<",1000000001]}]}')).toContain(tooLarge);
    expect(complaint('{"a":[{"anything-but":1000000001}]}')).toContain(tooLarge);
    expect(complaint('{"a":[123456789012]}')).toBe("");
  });

  it("multiply what stands beside an $or with each of its alternatives. Recorded", () => {
    expect(complaint(metrics(4, 4))).toBe("Filter policy is too complex"); // 4 x 6 + 4 x 4 x 4 + 4 x 4 x 4 = 152
    expect(complaint(metrics(3, 7))).toBe(""); // 3 x 6 + 3 x 4 x 4 + 3 x 4 x 7 = 150
    const nestedToo = {
      $or: [{ metricName: list(3) }, { namespace: list(2) }],
      detail: { scope: list(2), $or: [{ source: list(1) }, { type: list(3) }] },
    };
    expect(complaint(JSON.stringify(nestedToo), "MessageBody")).toBe("Filter policy is too complex"); // 160
  });

  it("allow no more levels by dots in names than by objects", () => {
    const deep = "a.".repeat(200_000);
    expect(complaint(JSON.stringify({ [deep]: ["x"] }), "MessageBody")).toBe("Filter policy is too complex");
  });
});
