/** The name of the queue that an ARN of SQS means. One virtual host has one account and one region, so it names the queue. */
export function queueNameOfArn(arn: string): string {
  return arn.slice(arn.lastIndexOf(":") + 1);
}
