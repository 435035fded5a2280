/** A time as Kinesis writes it in messages: `Thu Jan 22 01:22:02 UTC 2015`. */
export function timeText(ms: number): string {
  const [weekday = "", day = "", month = "", year = "", time = ""] = new Date(ms).toUTCString().split(/,? /u);
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
