import { compileCondition, type ConditionTest, type Values } from "./compile-condition.ts";
import { objectsOf, valuesOf, type JsonObject } from "./message-values.ts";
import type { Policy, Requirement } from "./policy.ts";
import { undotted } from "./undotted.ts";

/** The attributes of a message, with the values that policies compare. */
export type AttributeValues = ReadonlyMap<string, Values>;

/** Whether a message's attributes satisfy a policy. */
export type AttributeTest = (attributes: AttributeValues) => boolean;

/** Whether a message's body, a JSON object, satisfies a policy. */
export type BodyTest = (body: JsonObject) => boolean;

const NO_VALUES: Values = [];

/** Makes a function of a policy with scope `MessageAttributes`. Nested policies, which that scope does not have, never hold. */
export function compileForAttributes(policy: Policy): AttributeTest {
  const test = compile<AttributeValues>(policy, (name, requirement) => {
    if (requirement.type === "nested") return () => false;
    const conditions = requirement.conditions.map(compileCondition);
    return (attributes) => holds(conditions, attributes.get(name) ?? NO_VALUES);
  });
  // AWS: `exists: false` needs a message that has attributes at all.
  return (attributes) => attributes.size > 0 && test(attributes);
}

/** Makes a function of a policy with scope `MessageBody`. A name with dots is the path to a property. Recorded. */
export function compileForBody(policy: Policy): BodyTest {
  return compileUndotted(undotted(policy));
}

function compileUndotted(policy: Policy): BodyTest {
  return compile<JsonObject>(policy, (name, requirement) => {
    if (requirement.type === "nested") return nested(name, compileUndotted(requirement.policy));
    const conditions = requirement.conditions.map(compileCondition);
    return (body) => holds(conditions, valuesOf(body.get(name)));
  });
}

/** An object under the name satisfies the policy; of a list of objects one does, by itself. An absent one is empty. */
function nested(name: string, test: BodyTest): BodyTest {
  return (body) => {
    const objects = objectsOf(body.get(name));
    return objects.length === 0 ? test(NO_OBJECT) : objects.some(test);
  };
}

const NO_OBJECT: JsonObject = new Map();

function holds(conditions: readonly ConditionTest[], values: Values): boolean {
  for (const condition of conditions) if (condition(values)) return true;
  return false;
}

function compile<Message>(
  { properties, alternatives }: Policy,
  compileRequirement: (name: string, requirement: Requirement) => (message: Message) => boolean,
): (message: Message) => boolean {
  const all = [...properties].map(([name, requirement]) => compileRequirement(name, requirement));
  for (const policies of alternatives) {
    const tests = policies.map((policy) => compile(policy, compileRequirement));
    all.push((message) => tests.some((test) => test(message)));
  }
  return (message) => {
    for (const test of all) if (!test(message)) return false;
    return true;
  };
}
