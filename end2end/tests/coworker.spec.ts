// Coworker, as somebody who may only use what is live.

import { type Page } from "@playwright/test";
import { createAgent, publishRelease, say, saveInstructions } from "../fixtures/builder.ts";
import { ModelServer } from "../fixtures/model.ts";
import { expect, expectAccessible, hydrated, test } from "../fixtures/test.ts";

const card = (page: Page, name: string) => page.locator(".agent-card", { hasText: name });
const talk = (page: Page, title: string) => page.locator(".talk", { hasText: title });
const toast = (page: Page, text: string) => page.locator(".toasts").getByText(text).first();

/** Opens the menu of a conversation in the list. */
async function actions(page: Page, title: string) {
  await talk(page, title).hover();
  await page.getByLabel(`Actions for ${title}`).click();
}

test("an open conversation keeps its version, a new one gets the new one, and both stay", async ({
  page,
  account,
  context,
}) => {
  expect(account.name).not.toBe("");
  const builder = await createAgent(page, { name: "Keeper", instructions: "Version one.", greeting: "Ahoy!" });
  await publishRelease(page);
  const user = await context.newPage();
  await user.goto("/");
  await user.getByRole("link", { name: "Coworker" }).click();
  await expect(user).toHaveURL("/coworker");
  await hydrated(user);
  await card(user, "Keeper").getByRole("link").click();
  await expect(user.getByRole("heading", { name: "Keeper" })).toBeVisible();
  const first = await say(user, "Hello");
  expect(first).toContain("Version one.");
  expect(first).toMatch(/v1 · [0-9a-f]{6}/);
  // It has an address of its own from then on, and a place in the list.
  await expect(user).toHaveURL(/\/coworker\/[0-9a-f-]{36}\/[0-9a-f-]{36}$/);
  await expect(talk(user, "Hello")).toHaveClass(/here/);
  await expect(user.locator(".talks-day h3")).toHaveText("Today");
  await expectAccessible(user);

  // What is behind the mark of an answer.
  await user.locator(".receipt-mark").first().click();
  const receipt = user.getByRole("group", { name: "Receipt" });
  await expect(receipt).toContainText("v1 was live when this conversation began");
  await expect(receipt).toContainText(`by ${account.name}`);
  await expect(receipt.locator("code")).toHaveText(/^[0-9a-f]{64}$/);
  await expectAccessible(user);
  await user.keyboard.press("Escape");
  await expect(receipt).toBeHidden();

  await saveInstructions(page, "Version two.", 2);
  await publishRelease(page);
  await user.reload();
  await hydrated(user);
  await expect(user.locator(".bubble.me")).toHaveText(/Hello/);
  await expect(user.getByText("This conversation runs on v1")).toBeVisible();
  expect(await say(user, "Still you?")).toContain("Version one.");
  const old = user.url();
  await user.getByRole("link", { name: "Start a new chat on v2" }).click();
  await expect(user.locator(".bubble.me")).toHaveCount(0);
  const next = await say(user, "And now?");
  expect(next).toContain("Version two.");
  expect(next).toMatch(/v2 · [0-9a-f]{6}/);
  await expect(user.locator(".bubble.me")).toHaveCount(1);
  await expect(talk(user, "And now?")).toHaveClass(/here/);

  // The old one stays as it was and can be gone on with; back leads there, too.
  await talk(user, "Hello").getByRole("link").click();
  await expect(user).toHaveURL(old);
  await expect(user.locator(".bubble.me")).toHaveCount(2);
  expect(await say(user, "And you?")).toContain("Version one.");
  await user.goBack();
  await expect(user.locator(".bubble.me")).toHaveText([/And now\?/]);
  expect(builder).toContain("/agents/");
});

test("agents are found, marked, and those used last come first", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  await page.goto("/coworker");
  await hydrated(page);
  await expect(page.getByText("Nobody to talk to yet")).toBeVisible();
  await expectAccessible(page);
  for (const name of ["Alpha", "Beta", "Gamma"]) {
    await createAgent(page, { name, instructions: `I am ${name}.` });
    if (name !== "Gamma") await publishRelease(page);
  }
  await page.goto("/coworker");
  await hydrated(page);
  await expect(page.locator(".agent-card")).toHaveCount(2);
  const search = page.getByLabel("Search agents");
  await search.fill("bet");
  await expect(page.locator(".agent-card")).toHaveCount(1);
  await expect(page).toHaveURL("/coworker?q=bet");
  await search.fill("gamma");
  await expect(page.getByText("No agent matches")).toBeVisible();
  await page.getByRole("link", { name: "Show all" }).click();
  await expect(search).toHaveValue("");
  await expect(page.locator(".agent-card")).toHaveCount(2);

  await page.getByRole("button", { name: "Add Beta to your favourites" }).click();
  await expect(toast(page, "Added to your favourites")).toBeVisible();
  await expect(page.getByRole("button", { name: "Remove Beta from your favourites" })).toBeFocused();
  await card(page, "Alpha").getByRole("link").click();
  await say(page, "Hello");
  await page.getByRole("link", { name: "Coworker", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Favourites" })).toBeVisible();
  await expect(page.locator(".picker-section", { hasText: "Recently used" }).locator(".agent-card-name")).toHaveText([
    "Alpha",
  ]);
  await expectAccessible(page);
});

test("conversations are searched, renamed and deleted", async ({ page, account, problems }) => {
  expect(account.name).not.toBe("");
  const builder = await createAgent(page, { name: "Keeper", instructions: "Be calm." });
  await publishRelease(page);
  const agent = `/coworker/${builder.split("/").at(-1)}`;
  for (const text of ["Where is my parcel?", "An invoice"]) {
    await page.goto(agent);
    await hydrated(page);
    await say(page, text);
    await expect(talk(page, text)).toBeVisible();
  }
  await expect(page.locator(".talk-title")).toHaveText(["An invoice", "Where is my parcel?"]);
  const search = page.getByLabel("Search conversations");
  await search.fill("parc");
  await expect(page.locator(".talk-title")).toHaveText(["Where is my parcel?"]);
  await search.fill("nothing");
  await expect(page.getByText("No conversation matches")).toBeVisible();
  await search.fill("");
  await expect(page.locator(".talk-title")).toHaveCount(2);

  await actions(page, "An invoice");
  await page.locator(".menu[open]").getByText("Rename…").click();
  await page.getByLabel("New title").and(page.locator(":visible")).fill("Order 7");
  await page.keyboard.press("Enter");
  await expect(toast(page, "Conversation renamed")).toBeVisible();
  await expect(page.locator(".talk-title")).toHaveText(["Order 7", "Where is my parcel?"]);
  await expectAccessible(page);

  await actions(page, "Where is my parcel?");
  await page.locator(".menu[open]").getByText("Delete…").click();
  await page.getByRole("button", { name: "Delete the conversation" }).and(page.locator(":visible")).click();
  await expect(page.locator(".talk-title")).toHaveText(["Order 7"]);
  // The one at hand stays; deleting that leads away from it.
  await expect(page.locator(".bubble.me")).toHaveText(/An invoice/);
  const gone = page.url();
  await actions(page, "Order 7");
  await page.locator(".menu[open]").getByText("Delete…").click();
  await page.getByRole("button", { name: "Delete the conversation" }).and(page.locator(":visible")).click();
  await expect(page).toHaveURL("/coworker?list=conversations");
  await expect(page.getByText("What you talk about with agents stays here")).toBeVisible();
  problems.expect(/status of 404 .*\/coworker\//);
  await page.goto(gone);
  await expect(page.getByText("There is no such conversation here")).toBeVisible();
  await expectAccessible(page);
});

test("code is copied, an answer is stopped, and a failed one is tried again", async ({ page, account, context }) => {
  expect(account.name).not.toBe("");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const model = await ModelServer.start();
  try {
    await page.goto("/settings/providers");
    await hydrated(page);
    await page.getByLabel("Name").fill("local");
    await page.getByLabel("Address").fill(model.url);
    await page.getByLabel("Models").fill("tiny");
    await page.getByLabel("Key").fill("sk-e2e");
    await page.getByRole("button", { name: "Add provider" }).click();
    await expect(page.getByText("Key set")).toBeVisible();
    await page.goto("/agents/new");
    await hydrated(page);
    await page.getByLabel("Name", { exact: true }).fill("Coder");
    await page.getByLabel("Instructions", { exact: true }).fill("Write code.");
    await page.getByLabel("Model", { exact: true }).selectOption("local/tiny");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.locator("#draft-number")).toHaveText("Draft 1");
    await publishRelease(page);
    await page.goto(`/coworker/${page.url().split("/").at(-1)}`);
    await hydrated(page);

    const answer = page.locator(".bubble.agent").last();
    const send = async (text: string) => {
      const arrived = model.request();
      await page.getByLabel("Message").fill(text);
      await page.keyboard.press("Enter");
      await arrived;
    };
    await send("Code, please");
    model.say("Here:\n\n```sh\necho 'one'\necho two\n```\n\n<img src=x onerror=alert(1)>");
    model.done();
    await expect(answer.locator("pre code")).toHaveText("echo 'one'\necho two\n");
    await expect(answer.locator("img")).toHaveCount(0);
    await answer.getByRole("button", { name: "Copy the code" }).click();
    await expect(answer.getByRole("button", { name: "Copied the code" })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("echo 'one'\necho two");
    await expectAccessible(page);

    await send("More");
    model.say("Half of it");
    await expect(answer).toContainText("Half of it");
    await page.getByRole("button", { name: "Stop" }).click();
    await expect(answer.getByText("Stopped")).toBeVisible();
    await expect(answer).toContainText("Half of it");
    const again = model.request();
    await page.getByRole("button", { name: "Try again" }).click();
    await again;
    model.say("All of it");
    model.done();
    await expect(answer).toContainText("All of it");
    await expect(page.locator(".bubble.me", { hasText: "More" })).toHaveCount(1);
  } finally {
    model.stop();
  }
});

test("who loses the right, or the agent, is told on the open page", async ({ page, account, context }) => {
  expect(account.name).not.toBe("");
  await createAgent(page, { name: "Keeper", instructions: "Be calm." });
  await publishRelease(page);
  const user = await context.newPage();
  await user.goto(`/coworker/${page.url().split("/").at(-1)}`);
  await hydrated(user);
  await say(user, "Hello");
  const agent = page.url().split("/").at(-1);
  const unpublished = await page.request.post(`/api/v1/agents/${agent}/unpublish`, {
    headers: { origin: new URL(page.url()).origin },
    data: {},
  });
  expect(unpublished.status()).toBe(200);
  await user.evaluate(() => window.dispatchEvent(new Event("focus")));
  await expect(user.getByText("This conversation ended because the agent is no longer published.")).toBeVisible();
  await expect(user.getByRole("link", { name: "Choose another agent" })).toBeVisible();
  await expect(user.locator(".bubble.me")).toHaveText(/Hello/);
  await expectAccessible(user);
  await user.goto(`/coworker/${agent}`);
  await expect(user.getByText("No published version")).toBeVisible();
});

test("invited and shared with, a second person talks, is offered the new release, and loses the agent @story", async ({
  page,
  account,
  person,
}) => {
  expect(account.name).not.toBe("");
  await page.goto("/settings/members");
  await hydrated(page);
  await page.getByRole("button", { name: "Make an invitation link" }).click();
  const link = new URL(await page.getByLabel("Invitation link").inputValue());
  const bob = await person(link.pathname + link.search);
  const builder = await createAgent(page, { name: "Keeper", instructions: "Version one." });
  await publishRelease(page);
  await bob.page.goto("/coworker");
  await hydrated(bob.page);
  await expect(bob.page.getByText("Nobody to talk to yet")).toBeVisible();

  const agent = builder.split("/").at(-1);
  const members = await (await page.request.get("/api/v1/members")).json();
  const member = members.data.find((one: { email: string }) => one.email === bob.account.email);
  const share = async (people: object[]) => {
    const answer = await page.request.put(`/api/v1/agents/${agent}/grants`, {
      headers: { origin: new URL(page.url()).origin },
      data: { everyone: false, people },
    });
    expect(answer.status(), await answer.text()).toBe(200);
  };
  await share([{ account_id: member.account_id, right: "user" }]);
  await bob.page.reload();
  await hydrated(bob.page);
  await card(bob.page, "Keeper").getByRole("link").click();
  expect(await say(bob.page, "Hello")).toContain("Version one.");
  await page.goto(builder);
  await hydrated(page);
  await saveInstructions(page, "Version two.", 2);
  await publishRelease(page);
  await bob.page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await expect(bob.page.getByText("v2 is live now. This conversation stays on v1.")).toBeVisible();
  await bob.page.getByRole("link", { name: "Start a new chat on v2" }).click();
  expect(await say(bob.page, "And now?")).toContain("Version two.");

  await share([]);
  await bob.page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await expect(bob.page.getByText("you may no longer use this agent")).toBeVisible();
  await expect(bob.page.locator(".bubble.me")).toHaveText(/And now\?/);
  await expectAccessible(bob.page);
  await bob.page.getByRole("link", { name: "Choose another agent" }).click();
  await expect(bob.page.getByText("Nobody to talk to yet")).toBeVisible();
  await expect(bob.page.locator(".talk")).toHaveCount(2);
});

test("by the keyboard alone", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  await createAgent(page, { name: "Keeper", instructions: "Be calm." });
  await publishRelease(page);
  await page.goto("/coworker");
  await hydrated(page);
  await page.getByLabel("Search agents").focus();
  await page.keyboard.press("Tab");
  await expect(card(page, "Keeper").getByRole("link")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Message")).toBeFocused();
  await expect(page).toHaveURL(/\/coworker\/[0-9a-f-]{36}$/);
  await page.keyboard.type("Hello");
  await page.keyboard.press("Enter");
  await expect(page.locator(".receipt-mark")).toBeVisible();
  await expect(talk(page, "Hello")).toBeVisible();
  await page.getByLabel("Search conversations").focus();
  await page.keyboard.press("Tab");
  await expect(talk(page, "Hello").getByRole("link")).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  const rename = page.locator(".menu[open] summary", { hasText: "Rename…" });
  await page.keyboard.press("Tab");
  await expect(rename.or(page.locator(".menu[open] summary", { hasText: "Delete…" })).first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator(".menu[open]")).toHaveCount(0);
});

test.describe("in a narrow window", () => {
  test.use({ viewport: { width: 390, height: 780 } });

  test("agents, conversations and a chat take turns", async ({ page, account }) => {
    expect(account.name).not.toBe("");
    await createAgent(page, { name: "Keeper", instructions: "Be calm." });
    await publishRelease(page);
    await page.goto("/coworker");
    await hydrated(page);
    await expect(page.locator(".talks")).toBeHidden();
    await expectAccessible(page);
    await card(page, "Keeper").getByRole("link").click();
    await expect(page.getByLabel("Message")).toBeVisible();
    await page.goBack();
    await expect(page).toHaveURL("/coworker");
    await card(page, "Keeper").getByRole("link").click();
    await say(page, "Hello");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    // A long conversation scrolls inside of its log, and the document not at all.
    await page.getByLabel("Message").fill("A line.\n".repeat(200));
    await page.getByRole("button", { name: "Send" }).click();
    await expect(page.locator(".receipt-mark")).toHaveCount(2);
    expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBeLessThanOrEqual(
      1,
    );
    await expectAccessible(page);
    await page.getByRole("link", { name: "Your conversations" }).click();
    await expect(talk(page, "Hello")).toBeVisible();
    await expect(page.locator(".picker")).toBeHidden();
    await expectAccessible(page);
    await page.getByRole("navigation", { name: "Coworker" }).getByRole("link", { name: "Agents" }).click();
    await expect(card(page, "Keeper").first()).toBeVisible();
  });
});

test("without JavaScript", async ({ page, account, browser, baseURL, problems }) => {
  expect(account.name).not.toBe("");
  await createAgent(page, { name: "Keeper", instructions: "Be calm.", greeting: "Ahoy!" });
  await publishRelease(page);
  const state = await page.context().storageState();
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false, storageState: state });
  problems.watch(context);
  const plain = await context.newPage();
  await plain.goto("/coworker");
  await card(plain, "Keeper").getByRole("link").click();
  await expect(plain.getByText("Ahoy!")).toBeVisible();
  await plain.getByLabel("Message").fill("Hello");
  await plain.getByRole("button", { name: "Send" }).click();
  await expect(plain.locator(".bubble.me")).toHaveText(/Hello/);
  await expect(plain.locator(".bubble.agent").last()).toContainText("Be calm.");
  await expect(plain.getByRole("button", { name: "Copy the code" })).toHaveCount(0);
  await plain.locator(".receipt-mark").first().click();
  await expect(plain.getByText("v1 was live when this conversation began").first()).toBeVisible();
  await plain.getByLabel("Message").fill("More");
  await plain.getByRole("button", { name: "Send" }).click();
  await expect(plain.locator(".bubble.me")).toHaveCount(2);
  await plain.getByRole("link", { name: "Coworker", exact: true }).click();
  await plain.getByRole("button", { name: "Add Keeper to your favourites" }).first().click();
  await expect(plain.getByText("Added to your favourites")).toBeVisible();
  await expect(plain.getByRole("heading", { name: "Favourites" })).toBeVisible();
  await context.close();
});

for (const theme of ["light", "dark"] as const) {
  test(`axe in the ${theme} theme`, async ({ page, account }) => {
    expect(account.name).not.toBe("");
    await page.emulateMedia({ colorScheme: theme });
    await createAgent(page, { name: "Keeper", instructions: "Be calm.", greeting: "Ahoy!" });
    await publishRelease(page);
    const agent = page.url().split("/").at(-1);
    await page.goto(`/coworker/${agent}`);
    await hydrated(page);
    await say(page, "Hello");
    await page.locator(".receipt-mark").first().click();
    await expectAccessible(page);
    await page.goto("/coworker");
    await hydrated(page);
    await expectAccessible(page);
  });
}
