import { setImmediate as nextTurn } from "node:timers/promises";
import { connectivityState, experimental, Metadata, status } from "@grpc/grpc-js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EndpointBalancer } from "./endpoint-balancer.ts";
import type { EndpointLoad } from "./endpoint-load.ts";
import { LeastRequestConfig } from "./least-request-config.ts";
import { PeakEwmaConfig } from "./peak-ewma-config.ts";
import { FakeChannel } from "./testing/fake-channel.ts";
import { spiedPolicy } from "./testing/spied-policy.ts";

const { CONNECTING, IDLE, READY, TRANSIENT_FAILURE } = connectivityState;
const addresses = ["a", "b", "c", "d"].map((host) => ({ host, port: 1 }));
const nameOf = (address: experimental.SubchannelAddress) => experimental.subchannelAddressToString(address);
const names = addresses.map(nameOf);

/** A policy on a fake channel, of one address per endpoint. `next.index` is the next choice. */
function setUp() {
  const next = { index: 0 };
  let chosen: EndpointLoad | undefined;
  const policy = spiedPolicy("spied", (loads) => {
    const index = next.index % loads.length;
    chosen = loads[index];
    return index;
  });
  const channel = new FakeChannel();
  const balancer = new EndpointBalancer(policy, channel);
  const list = (...indices: number[]) => {
    const endpoints = indices.map((index) => ({ addresses: addresses.slice(index, index + 1) }));
    return balancer.updateAddressList(experimental.statusOrFromValue(endpoints), new policy.Config(), {}, "a note");
  };
  const pick = () => {
    const result = channel.picker.pick({ metadata: new Metadata(), extraPickInfo: {} });
    return { result, address: result.subchannel?.getAddress(), load: chosen };
  };
  const move = (index: number, from: connectivityState, to: connectivityState) =>
    channel.subchannels.get(names[index] ?? "")?.move(from, to);
  const connect = async (...indices: number[]) => {
    await nextTurn();
    for (const index of indices) move(index, CONNECTING, READY);
  };
  return { policy, channel, balancer, list, pick, move, connect, next };
}

const indices = fc.subarray([0, 1, 2, 3]);
const index = fc.nat(3);
const command = fc.oneof(
  fc.record({ kind: fc.constant("list" as const), of: indices }),
  fc.record({ kind: fc.constantFrom("connect", "refuse", "break", "retry"), index }),
  fc.record({ kind: fc.constantFrom("pick and start", "pick alone"), index }),
  fc.record({ kind: fc.constant("end"), index: fc.nat(10) }),
  fc.constant({ kind: "fail to resolve" }),
);

test("in any order of address lists, connections and calls: READY as long as an endpoint is, picks go to those, and calls count at theirs", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
      const { balancer, channel, list, move, next, pick, policy } = setUp();
      let listed: readonly number[] = [];
      const running: { address: string; result: experimental.PickResult }[] = [];
      const stateOf = (at: number) => channel.subchannels.get(names[at] ?? "")?.getConnectivityState();
      const countOf = (address: string) => running.filter((call) => call.address === address).length;
      for (const { kind, ...about } of commands) {
        const at = "index" in about ? about.index : 0;
        if (kind === "list" && "of" in about) {
          listed = about.of;
          // Twice the same endpoint is one.
          expect(list(...about.of, ...about.of)).toBe(about.of.length > 0);
        } else if (kind === "fail to resolve") {
          const error = { code: status.UNAVAILABLE, details: "no names" };
          balancer.updateAddressList(experimental.statusOrFromError(error), new policy.Config(), {}, "");
        } else if (kind === "connect") move(at, CONNECTING, READY);
        else if (kind === "refuse") move(at, CONNECTING, TRANSIENT_FAILURE);
        else if (kind === "break") move(at, READY, IDLE);
        else if (kind === "retry") move(at, TRANSIENT_FAILURE, CONNECTING);
        else if (kind === "end") {
          const [call] = running.splice(at, 1);
          call?.result.onCallEnded?.(status.OK, "", new Metadata());
        } else if (channel.state === READY) {
          next.index = at;
          const { result, address = "", load } = pick();
          expect(load?.inFlight).toBe(countOf(address) + 1);
          expect(listed.map((each) => names[each])).toContain(address);
          expect(stateOf(names.indexOf(address))).toBe(READY);
          if (kind === "pick and start") {
            result.onCallStarted?.();
            running.push({ address, result });
          }
        }
        await nextTurn();
        await nextTurn();
        const states = listed.map(stateOf);
        expect(channel.state === READY).toBe(states.includes(READY));
        if (listed.length > 0 && states.every((state) => state === TRANSIENT_FAILURE))
          expect(channel.state).toBe(TRANSIENT_FAILURE);
        if (states.includes(READY)) {
          // Each that is ready can be chosen, and no other.
          const reached = names.map((_, each) => {
            next.index = each;
            return pick().address;
          });
          const ready = listed.filter((each) => stateOf(each) === READY).map((each) => names[each]);
          expect(new Set(reached)).toEqual(new Set(ready));
          await nextTurn();
        }
        expect(policy.inFlight()).toBe(running.length);
      }
      balancer.destroy();
    }),
    { numRuns: 200 },
  );
});

test("an endpoint that leaves and comes back while its calls are under way keeps its count", async () => {
  const { connect, list, next, pick, policy } = setUp();
  list(0, 1);
  await connect(0, 1);
  const { result, address } = pick();
  result.onCallStarted?.();
  list(1);
  list(0, 1);
  next.index = 1;
  expect(pick()).toMatchObject({ address, load: { inFlight: 2 } });
  expect(policy.loads).toHaveLength(2);
  await nextTurn();
  list(1);
  result.onCallEnded?.(status.OK, "", new Metadata());
  list(1);
  list(0, 1);
  // Forgotten by now, and made anew.
  expect(policy.loads).toHaveLength(3);
  expect(policy.inFlight()).toBe(0);
});

test("an endpoint's addresses in another order are the same endpoint", async () => {
  const { balancer, connect, policy } = setUp();
  const update = (...all: experimental.SubchannelAddress[]) =>
    balancer.updateAddressList(experimental.statusOrFromValue([{ addresses: all }]), new policy.Config(), {}, "");
  const [a, b] = addresses as [experimental.SubchannelAddress, experimental.SubchannelAddress];
  update(a, b);
  await connect(0);
  update(b, a);
  expect(policy.loads).toHaveLength(1);
});

test("an endpoint that stays takes the options of each list, and keeps its connection", async () => {
  const { balancer, channel, connect, list, policy } = setUp();
  list(0);
  await connect(0);
  const endpoints = experimental.statusOrFromValue([{ addresses: addresses.slice(0, 1) }]);
  balancer.updateAddressList(endpoints, new policy.Config(), { "grpc.max_send_message_length": 7 }, "");
  expect(channel.options).toMatchObject({ "grpc.max_send_message_length": 7 });
  expect([channel.state, channel.subchannels.size, policy.loads.length]).toEqual([READY, 1, 1]);
});

test("an empty list fails calls at once with the resolver's note, and endpoints that come later are used", async () => {
  const { channel, connect, list, pick } = setUp();
  list(0);
  await connect(0);
  list();
  expect(channel.state).toBe(TRANSIENT_FAILURE);
  expect(pick().result.status?.details).toBe("No addresses resolved. Resolution note: a note");
  list(0);
  await connect(0);
  expect(channel.state).toBe(READY);
});

test("before the first list a failed resolution fails calls with its reason, after it nothing changes", async () => {
  const { balancer, channel, connect, list, pick, policy } = setUp();
  const fail = () => {
    const error = { code: status.UNAVAILABLE, details: "no such name" };
    balancer.updateAddressList(experimental.statusOrFromError(error), new policy.Config(), {}, "");
  };
  fail();
  expect([channel.state, pick().result.status?.details]).toEqual([TRANSIENT_FAILURE, "no such name"]);
  list(0);
  await connect(0);
  fail();
  expect(channel.state).toBe(READY);
});

test("the names are resolved again when a connection is lost, and only then; the endpoint is connected again", async () => {
  const { channel, connect, list, move } = setUp();
  list(0, 1);
  await connect(0, 1);
  list(0, 1, 2);
  await connect(2);
  expect(channel.reresolutions).toBe(0);
  move(0, READY, IDLE);
  expect(channel.reresolutions).toBe(1);
  await nextTurn();
  expect(channel.subchannels.get(names[0] ?? "")?.getConnectivityState()).toBe(CONNECTING);
});

test("when no endpoint can be reached calls fail with the last reason", async () => {
  const { channel, list, move, pick } = setUp();
  list(0, 1);
  await nextTurn();
  expect(channel.state).toBe(CONNECTING);
  expect(pick().result.pickResultType).toBe(experimental.PickResultType.QUEUE);
  for (const each of [0, 1]) move(each, CONNECTING, TRANSIENT_FAILURE);
  expect(channel.state).toBe(TRANSIENT_FAILURE);
  expect(pick().result.status?.details).toBe(
    "spied: No connection established. Last error: No connection established. Last error: b:1 went. Resolution note: a note",
  );
});

test("the settings of another policy are refused, and nothing is reported after the end", async () => {
  const { balancer, channel, connect, list, move } = setUp();
  const none = experimental.statusOrFromValue([]);
  for (const config of [new LeastRequestConfig(), new PeakEwmaConfig()])
    expect(balancer.updateAddressList(none, config, {}, "")).toBe(false);
  expect(channel.reports).toBe(0);
  list(0);
  await connect(0);
  const { reports } = channel;
  balancer.destroy();
  move(0, READY, IDLE);
  expect([channel.reports, channel.reresolutions]).toEqual([reports, 0]);
});

test("a list is reported once, however many endpoints it has", async () => {
  const { balancer, channel, policy } = setUp();
  const endpoints = Array.from({ length: 5_000 }, (_, port) => ({ addresses: [{ host: "a", port }] }));
  const update = () =>
    balancer.updateAddressList(experimental.statusOrFromValue(endpoints), new policy.Config(), {}, "");
  update();
  expect(channel.reports).toBe(1);
  await nextTurn();
  for (const subchannel of channel.subchannels.values()) subchannel.move(CONNECTING, READY);
  const { reports } = channel;
  update();
  expect(channel.reports).toBe(reports + 1);
  expect([channel.state, policy.loads.length]).toEqual([READY, 5_000]);
  balancer.destroy();
});
