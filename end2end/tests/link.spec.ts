// The public page, as strangers come to it: with and without JavaScript, in a frame, shut out.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, type Page } from "@playwright/test";
import { createAgent, publishRelease, saveInstructions } from "../fixtures/builder.ts";
import { channel, openChannels, openLimits, openLink, setLink } from "../fixtures/channels.ts";
import { expect, expectAccessible, hydrated, test } from "../fixtures/test.ts";

const agent = { name: "Harbour", instructions: "Secret instructions.", greeting: "Ahoy, stranger!" };

/** A published agent with its link on; gives the builder's address and the page's. */
async function harbour(page: Page) {
  const builder = await createAgent(page, agent);
  await publishRelease(page);
  return { builder, link: await openLink(page, builder) };
}

/** A page in a browser of its own, where nobody is signed in. */
async function stranger(browser: Browser, baseURL: string | undefined, options = {}) {
  const context = await browser.newContext({ baseURL, ...options });
  return { context, page: await context.newPage() };
}

const answers = (page: Page) => page.locator(".bubble.agent");

async function ask(page: Page, text: string) {
  const before = await answers(page).count();
  await page.getByLabel("Message").fill(text);
  await page.getByRole("button", { name: "Send" }).click();
  await expect(answers(page)).toHaveCount(before + 1);
  await expect(page.locator(".bubble.me").last()).toContainText(text);
}

for (const javaScriptEnabled of [true, false]) {
  test(`a stranger talks ${javaScriptEnabled ? "with" : "without"} JavaScript and gets no cookie`, async ({
    page,
    account,
    browser,
    baseURL,
  }) => {
    expect(account.name).not.toBe("");
    const { builder, link } = await harbour(page);
    const { context, page: visitor } = await stranger(browser, baseURL, { javaScriptEnabled });
    const cookies: string[] = [];
    context.on("response", async (response) => {
      const all = await response.allHeaders();
      if (all["set-cookie"]) cookies.push(response.url());
    });
    await visitor.goto(link);
    if (javaScriptEnabled) await hydrated(visitor);
    await expect(visitor.getByRole("heading", { name: "Harbour" })).toBeVisible();
    await expect(answers(visitor)).toHaveText(/Ahoy, stranger!/);
    await ask(visitor, "Who are you?");
    await expect(answers(visitor).last()).toContainText("no language model");
    await expect(visitor).toHaveURL(/[?&]chat=/);
    await ask(visitor, "And now?");
    await visitor.reload();
    await expect(visitor.locator(".bubble.me")).toHaveCount(2);
    expect(await visitor.content()).not.toContain("Secret instructions");
    expect(await context.cookies()).toEqual([]);
    expect(cookies).toEqual([]);

    // A new release is for the next conversation.
    await page.goto(builder);
    await hydrated(page);
    await page.getByLabel("Greeting", { exact: true }).fill("Welcome back!");
    await saveInstructions(page, "Other secrets.", 2);
    await visitor.reload();
    await expect(answers(visitor).first()).toContainText("Ahoy, stranger!");
    await publishRelease(page);
    await visitor.reload();
    await expect(answers(visitor).first()).toContainText("Ahoy, stranger!");
    await visitor.goto(link);
    await expect(answers(visitor).first()).toContainText("Welcome back!");

    // Switched off, it is as if it never was.
    await openChannels(page, builder);
    await channel(page, "Public link").getByRole("button", { name: "Switch off" }).click();
    await expect(channel(page, "Public link").getByText("Off: nobody gets in.")).toBeVisible();
    const gone = await visitor.goto(link);
    expect(gone?.status()).toBe(404);
    await expect(visitor.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
    await context.close();
  });
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`it looks right in ${colorScheme}, at three widths, and to assistive technology`, async ({
    page,
    account,
    browser,
    baseURL,
  }) => {
    test.slow();
    expect(account.name).not.toBe("");
    const { link } = await harbour(page);
    for (const width of [1440, 768, 390]) {
      const { context, page: visitor } = await stranger(browser, baseURL, {
        colorScheme,
        viewport: { width, height: 800 },
      });
      await visitor.goto(link);
      await hydrated(visitor);
      await ask(visitor, "Hello");
      await expectAccessible(visitor);
      const overflow = await visitor.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(overflow, `${colorScheme} at ${width}`).toBe(false);
      await expect(visitor.getByLabel("Message")).toBeInViewport();
      await context.close();
    }
  });
}

test("a pass phrase, and the day's limit with what was typed", async ({
  page,
  account,
  browser,
  baseURL,
  problems,
}) => {
  expect(account.name).not.toBe("");
  problems.expect(/the server responded with a status of 4\d\d/);
  const { link } = await harbour(page);
  await openLimits(page);
  await page.getByLabel("Messages a day").fill("1");
  await page.getByLabel("Pass phrase", { exact: false }).first().fill("open sesame, please");
  await setLink(page);
  const { context, page: visitor } = await stranger(browser, baseURL);
  await visitor.goto(link);
  await expect(visitor.getByRole("heading", { name: "This page asks for a pass phrase" })).toBeVisible();
  expect(await visitor.content()).not.toContain("Ahoy");
  await expectAccessible(visitor);
  await visitor.getByLabel("Pass phrase").fill("open barley, please");
  await visitor.getByRole("button", { name: "Open" }).click();
  await expect(visitor.getByText("is not the pass phrase")).toBeVisible();
  await visitor.getByLabel("Pass phrase").fill("open sesame, please");
  await visitor.getByRole("button", { name: "Open" }).click();
  await expect(answers(visitor)).toHaveText(/Ahoy, stranger!/);
  await hydrated(visitor);
  await ask(visitor, "Hello");
  await visitor.getByLabel("Message").fill("One more");
  await visitor.getByRole("button", { name: "Send" }).click();
  await expect(visitor.getByText("has answered as much as it may today")).toBeVisible();
  await expect(visitor.getByLabel("Message")).toHaveValue("One more");
  expect(await context.cookies()).toEqual([]);
  await context.close();

  // The card says so too.
  await page.reload();
  await hydrated(page);
  await expect(channel(page, "Public link").getByText("Today’s 1 messages are used up").first()).toBeVisible();
});

test("a site that is named shows it in a frame, another does not", async ({
  page,
  account,
  browser,
  baseURL,
  problems,
}) => {
  expect(account.name).not.toBe("");
  problems.expect(/frame-ancestors|Refused to frame|Framing/);
  const { link } = await harbour(page);
  const site = await serve(
    `<!doctype html><title>Shop</title><iframe src="${baseURL}${link}" title="Harbour"></iframe>`,
  );
  try {
    await openLimits(page);
    await page.getByLabel("Sites that may show it in a frame").fill(`http://localhost:${site.port}`);
    await setLink(page);
    await expect(page.getByLabel("Code that shows the page in a frame")).toHaveValue(
      /<iframe src=".*" title="Harbour"/,
    );
    const { context, page: shop } = await stranger(browser, undefined);
    await shop.goto(`http://localhost:${site.port}/`);
    const frame = shop.frameLocator("iframe");
    await expect(frame.getByRole("heading", { name: "Harbour" })).toBeVisible();
    await frame.getByLabel("Message").fill("From the shop");
    await frame.getByRole("button", { name: "Send" }).click();
    await expect(frame.locator(".bubble.agent")).toHaveCount(2);
    // The same page by another name is another site.
    await shop.goto(`http://127.0.0.1:${site.port}/`);
    await expect(frame.getByRole("heading", { name: "Harbour" })).toHaveCount(0);
    expect(await context.cookies()).toEqual([]);
    await context.close();
  } finally {
    site.server.close();
  }
});

async function serve(html: string): Promise<{ server: Server; port: number }> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(html);
  });
  await new Promise<void>((listening) => server.listen(0, listening));
  return { server, port: (server.address() as AddressInfo).port };
}
