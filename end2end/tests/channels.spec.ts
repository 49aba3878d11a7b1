// The Channels tab: cards, switches, test messages, and programs that run as they stand.

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { createAgent, expectToast, publishRelease } from "../fixtures/builder.ts";
import { channel, openChannels, openLink } from "../fixtures/channels.ts";
import { expect, expectAccessible, hydrated, test } from "../fixtures/test.ts";

const run = promisify(execFile);

test("a way in is opened, tried and shut, and each card says how it stands", async ({ page, account }) => {
  test.slow();
  expect(account.name).not.toBe("");
  await page.goto("/agents/new?tab=channels");
  await hydrated(page);
  await expect(page.getByText("Save first to open a way in")).toBeVisible();
  const builder = await createAgent(page, { name: "Lighthouse", instructions: "Be calm.", greeting: "Hello!" });
  await openChannels(page, builder);
  const link = channel(page, "Public link");
  await expect(link.getByRole("button", { name: "Switch on" })).toBeDisabled();
  await expect(link.getByText("Publish a release first")).toBeAttached();
  await publishRelease(page);
  await expect(page.getByText("v1 answers on every channel that is on")).toBeVisible();
  await page.keyboard.press("Escape");

  const path = await openLink(page, builder);
  expect(path).toMatch(/^\/a\/[a-z2-9]{12}$/);
  await expect(link.getByRole("img", { name: "The address as a QR code" })).toBeVisible();
  await expect(link.getByText("On: v1 answers.")).toBeVisible();
  await expect(link.getByRole("definition").filter({ hasText: "Never" })).toBeVisible();
  for (const name of ["Coworker", "Public link", "API"]) {
    const card = channel(page, name);
    await card.getByText("Send a test message").click();
    await card.getByRole("button", { name: "Send", exact: true }).click();
    await expect(card.locator(".bubble.agent")).toContainText("no language model");
    await expect(card.locator(".bubble-footer")).toContainText(/v1 · [0-9a-f]{6}/);
  }
  await page.reload();
  await hydrated(page);
  await expect(link.getByText("1 of 200")).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "Never" })).toHaveCount(0);

  for (const width of [1440, 768, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(overflow, `${colorScheme} at ${width}`).toBe(false);
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });

  const api = channel(page, "API");
  await api.getByRole("button", { name: "Switch off" }).click();
  await expectToast(page, "The API is off");
  await expect(api.getByText("Off: nobody gets in.")).toBeVisible();
  await expect(api.getByText(`Switched by ${account.name}`)).toBeVisible();
  await expect(channel(page, "Coworker").getByText("Always on")).toBeVisible();
});

test("the programs run as they stand with the agent's own key", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  const builder = await createAgent(page, { name: "Lighthouse", instructions: "Be calm.", greeting: "Hello!" });
  await publishRelease(page);
  await openChannels(page, builder);
  const api = channel(page, "API");
  await api.getByRole("button", { name: "Make the agent a key" }).click();
  const key = await api.getByLabel("The agent’s API key").inputValue();
  expect(key).toMatch(/^gk_live_/);
  const programs: Record<string, string> = {};
  for (const language of ["curl", "Python", "TypeScript"]) {
    await api.getByText(language, { exact: true }).click();
    programs[language] = await api.locator(`#program-${language.toLowerCase()} pre`).innerText();
  }
  expect(Object.values(programs).join("\n")).not.toContain(key);
  const folder = await mkdtemp(path.join(tmpdir(), "galley-programs-"));
  try {
    const file = async (name: string, code: string) => {
      await writeFile(path.join(folder, name), code);
      return path.join(folder, name);
    };
    const options = { env: { ...process.env, GALLEY_API_KEY: key }, cwd: folder };
    const curl = await run("sh", [await file("ask.sh", programs["curl"] ?? "")], options);
    expect(JSON.parse(curl.stdout).choices[0].message.content).toContain("no language model");
    const python = await run("python3", [await file("ask.py", programs["Python"] ?? "")], options);
    expect(python.stdout).toContain("no language model");
    // Checked by the compiler, then run as it is without its types.
    const source = await file("ask.ts", programs["TypeScript"] ?? "");
    const modules = path.join(import.meta.dirname, "../node_modules");
    const strict = ["--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "--typeRoots"];
    await file("package.json", '{ "type": "module" }');
    await run(
      path.join(modules, ".bin/tsc"),
      [...strict, path.join(modules, "@types"), "--types", "node", source],
      options,
    );
    const typescript = await run("node", [path.join(folder, "ask.js")], options);
    expect(typescript.stdout).toContain("no language model");
    // Switched off, the same program is told so.
    await api.getByRole("button", { name: "Switch off" }).click();
    await expectToast(page, "The API is off");
    const refused = await run("sh", [path.join(folder, "ask.sh")], options).catch((error) => error);
    expect(refused.stdout).toContain("channel_off");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("everything works without JavaScript", async ({ page, account, browser, baseURL }) => {
  const builder = await createAgent(page, { name: "Lighthouse", instructions: "Be calm.", greeting: "Hello!" });
  await publishRelease(page);
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto("/sign-in");
  await plain.getByLabel("Email").fill(account.email);
  await plain.getByLabel("Password").fill(account.password);
  await plain.getByRole("button", { name: "Sign in" }).click();
  await plain.goto(`${builder}?tab=channels`);
  const link = channel(plain, "Public link");
  await link.getByRole("button", { name: "Switch on" }).click();
  await expect(plain.getByText("The public link is on")).toBeVisible();
  await link.getByText("Limits, pass phrase and frames").click();
  await link.getByLabel("Messages a day").fill("7");
  await link.getByRole("button", { name: "Set the public link" }).click();
  await expect(plain.getByText("The public link is set")).toBeVisible();
  await expect(link.getByText("0 of 7")).toBeVisible();
  await link.getByText("Send a test message").click();
  await link.getByRole("button", { name: "Send", exact: true }).click();
  await expect(plain.getByText(/v1 · [0-9a-f]{6}/)).toBeVisible();
  await link.getByRole("button", { name: "Switch off" }).click();
  await expect(plain.getByText("The public link is off")).toBeVisible();
  await context.close();
});
