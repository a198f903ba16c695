import { expect, it } from "vitest";
import { preStopOf } from "./pre-stop.ts";

it.each([
  [undefined, { isSet: false, sleepS: 0 }],
  [{}, { isSet: false, sleepS: 0 }],
  [{ sleep: { seconds: 5 } }, { isSet: true, sleepS: 5 }],
  [{ exec: { command: ["sleep", "15"] } }, { isSet: true, sleepS: 15 }],
  [{ exec: { command: ["/usr/bin/sleep", "1m", "30s"] } }, { isSet: true, sleepS: 90 }],
  [{ exec: { command: ["sh", "-c", "sleep 10 && kill -TERM 1 && sleep 2.5"] } }, { isSet: true, sleepS: 12.5 }],
  [{ exec: { command: ["/bin/bash", "-c", 'echo "draining";sleep 60'] } }, { isSet: true, sleepS: 60 }],
  [{ exec: { command: ["/app/drain.sh", "--sleepy", "7"] } }, { isSet: true, sleepS: 0 }],
  [{ httpGet: { path: "/drain", port: 8080 } }, { isSet: true, sleepS: 0 }],
])("the hook %j is read as %j", (hook, read) => {
  expect(preStopOf(hook)).toEqual(read);
});
