/** The DNS suffix and ARN partition of an AWS region. */
export interface Partition {
  readonly name: "aws" | "aws-cn" | "aws-us-gov";
  readonly dnsSuffix: "amazonaws.com" | "amazonaws.com.cn";
}

const CHINA: Partition = { name: "aws-cn", dnsSuffix: "amazonaws.com.cn" };
const GOV_CLOUD: Partition = { name: "aws-us-gov", dnsSuffix: "amazonaws.com" };
const COMMERCIAL: Partition = { name: "aws", dnsSuffix: "amazonaws.com" };

/** The region that is used when nothing names one. */
export const DEFAULT_REGION = "us-east-1";

/** The account id in URLs and ARNs when the client is not given one; LocalStack's, so that stored URLs stay valid. */
export const DEFAULT_ACCOUNT_ID = "000000000000";

/** The partition to which a region belongs. */
export function partitionOf(region: string): Partition {
  if (region.startsWith("cn-")) return CHINA;
  if (region.startsWith("us-gov-")) return GOV_CLOUD;
  return COMMERCIAL;
}

/** Whether a word has the form of a region ("eu-central-1", "us-gov-east-1"). */
export function isRegion(word: string): boolean {
  return word.length <= 32 && /^[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/u.test(word);
}
