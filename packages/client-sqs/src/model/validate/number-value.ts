// Without two runs of digits side by side, which a hostile text would have it try in every combination.
const DECIMAL = /^[+-]?(?<whole>\d*)(?:\.(?<fraction>\d*))?(?:[eE](?<exponent>[+-]?\d{1,9}))?$/;
const MAX_PRECISION = 38;
const MIN_EXPONENT = -128;
const MAX_EXPONENT = 126;

/**
 * Whether a text is a value for an attribute of type Number: a decimal, perhaps with an exponent, of at most 38
 * significant digits and between 10^-128 and 10^126 (or zero). Source: "Message attribute data types", SQS guide.
 */
export function isNumberValue(text: string): boolean {
  const groups = DECIMAL.exec(text)?.groups;
  if (groups === undefined) return false;
  const whole = groups["whole"] ?? "";
  const digits = whole + (groups["fraction"] ?? "");
  if (digits === "") return false;
  const leadingZeros = digits.search(/[1-9]/);
  if (leadingZeros < 0) return true;
  if (endOfSignificant(digits) - leadingZeros > MAX_PRECISION) return false;
  const magnitude = whole.length - leadingZeros - 1 + Number(groups["exponent"] ?? 0);
  return magnitude >= MIN_EXPONENT && magnitude <= MAX_EXPONENT;
}

function endOfSignificant(digits: string): number {
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  return end;
}
