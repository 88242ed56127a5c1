/** The buyer's token, and when another one is asked for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused, Unanswered } from "./errors.js";
import { FakeTime, START, tokenFor } from "./testing.js";
import { expiry, subject, Tokens } from "./tokens.js";

/** A provider that gives `alice-1`, `alice-2`, …, each good for so many seconds from when it is asked. */
function provided(seconds = 60) {
  const time = new FakeTime();
  const given: string[] = [];
  const tokenProvider = async () => {
    given.push(tokenFor(`alice-${given.length + 1}`, (time.now() - START) / 1000 + seconds));
    return given.at(-1)!;
  };
  return { time, given, tokenProvider, tokens: new Tokens({ tokenProvider }, time.now) };
}

test("without a source there is no token, and that is no error", async () => {
  for (const source of [{}, { token: "" }, { token: null, tokenProvider: null }]) {
    const tokens = new Tokens(source);
    assert.equal(tokens.has, false);
    assert.equal(await tokens.get(), undefined);
  }
});

test("a fixed token is given as it is, also when it has run out", async () => {
  const tokens = new Tokens({ token: tokenFor("alice", -5) }, () => START);
  assert.equal(await tokens.get(), tokenFor("alice", -5));
  tokens.expired(tokenFor("alice", -5));
  assert.equal(await tokens.get(), tokenFor("alice", -5));
  assert.equal(tokens.isRenewable, false);
});

test("the callback wins over the fixed token", async () => {
  const tokens = new Tokens({ token: "fixed", tokenProvider: async () => tokenFor("alice") }, () => START);
  assert.equal(await tokens.get(), tokenFor("alice"));
});

test("who asks at the same time shares one request", async () => {
  const { tokens, given } = provided();
  const got = await Promise.all([tokens.get(), tokens.get(), tokens.get()]);
  assert.equal(given.length, 1);
  assert.deepEqual(new Set(got), new Set(given));
});

test("a token is asked for again ten seconds before it runs out, and not before", async () => {
  const { tokens, given, time } = provided(60);
  await tokens.get();
  await time.advance(49_000);
  await tokens.get();
  assert.equal(given.length, 1);
  await time.advance(1_000);
  assert.equal(await tokens.get(), given[1]);
});

test("a token that the server has refused is asked for again, once for all who were refused", async () => {
  const { tokens, given } = provided();
  const refused = (await tokens.get())!;
  tokens.expired(refused);
  const second = await tokens.get();
  tokens.expired(refused);
  assert.equal(await tokens.get(), second);
  assert.equal(given.length, 2);
});

test("a callback that fails rejects, and is asked again, but not within the second", async () => {
  const time = new FakeTime();
  let asked = 0;
  const tokenProvider = async () => {
    asked += 1;
    if (asked === 1) throw new Error("Sign in again");
    return tokenFor("alice");
  };
  const tokens = new Tokens({ tokenProvider }, time.now);
  const signIn = { name: "Refused", code: "unauthorized", message: "Sign in again" };
  await assert.rejects(tokens.get(), signIn);
  await assert.rejects(tokens.get(), signIn);
  assert.equal(asked, 1);
  await time.advance(1_000);
  assert.equal(await tokens.get(), tokenFor("alice"));
});

test("a callback that reaches nobody has not refused anything", async () => {
  const tokens = new Tokens({ tokenProvider: () => Promise.reject(new TypeError("Failed to fetch")) });
  await assert.rejects(tokens.get(), (error) => error instanceof Unanswered && error.code === "offline");
});

test("what is no token is a refusal", async () => {
  const tokens = new Tokens({ tokenProvider: async () => undefined as unknown as string });
  await assert.rejects(tokens.get(), (error) => error instanceof Refused && error.code === "unauthorized");
});

test("a callback that never answers is asked again after a while", async () => {
  const time = new FakeTime();
  let asked = 0;
  const tokenProvider = () => ((asked += 1) === 1 ? new Promise<string>(() => {}) : Promise.resolve(tokenFor("alice")));
  const tokens = new Tokens({ tokenProvider }, time.now);
  void tokens.get();
  await time.advance(10_000);
  assert.equal(await tokens.get(), tokenFor("alice"));
});

test("another source takes the place of the first at once", async () => {
  const { tokens } = provided();
  await tokens.get();
  tokens.use({ token: "other" });
  assert.equal(await tokens.get(), "other");
});

test("who a token is for and when it ends can be read of it, whatever the name is written in", () => {
  assert.equal(subject(tokenFor("Zoë 🎭")), "Zoë 🎭");
  assert.equal(expiry(tokenFor("alice", 60)), START + 60_000);
  for (const token of ["", "a.b.c", "no token at all"]) {
    assert.equal(subject(token), null);
    assert.equal(expiry(token), Infinity);
  }
});
