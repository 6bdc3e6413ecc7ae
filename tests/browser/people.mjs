// What people do on the pages, in words that stories use.

import assert from "node:assert/strict";

/// With name and password, by mouse and keyboard as most do it; `code` makes one of the second factor, for who has one,
/// or is "a touch" of the passkey.
export async function logIn(visitor, username, password, code) {
  const { page } = visitor;
  await page.goto("/login");
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL((url) => url.pathname !== "/login");
  if (code) {
    await page.waitForURL("**/login/second-factor");
    if (code === "a touch") {
      await page.getByRole("button", { name: "Use your passkey" }).click();
    } else {
      await page.getByLabel("Code of your second factor").fill(code());
      await page.getByRole("button", { name: "Go on" }).click();
    }
  }
  await page.waitForURL((url) => !url.pathname.startsWith("/login"));
}

/// By way of PeeringDB's own pages, as the lab has them.
export async function logInThroughPeeringDb(visitor, person) {
  const { page } = visitor;
  await page.goto("/login");
  await page.getByRole("button", { name: "Continue with PeeringDB" }).click();
  await page.getByLabel(person).check();
  await page.getByRole("button", { name: "Authorize" }).click();
  await page.waitForURL("**/dashboard");
}

/// Asks to join from the dashboard; returns the request's id.
export async function askToJoin(visitor, asn, node) {
  const { page } = visitor;
  await page.goto("/dashboard");
  await page.getByLabel("Your AS number").selectOption(String(asn));
  await page.getByLabel("ZeroTier node id").fill(node);
  await page.getByLabel("Anything we should know").fill("Asked by a browser.");
  await page.getByRole("button", { name: "Send request" }).click();
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  return page.url().split("/").pop();
}

/// The state as the page shows it, in its own words.
export async function shows(visitor, words) {
  await visitor.page.locator("#progress > p:first-child .badge", { hasText: words }).waitFor();
}

/// Finds it in the list, as an administrator does, and approves it.
export async function approve(visitor, asn) {
  const { page } = visitor;
  await page.goto("/admin/requests");
  await page.getByRole("link", { name: `AS${asn}` }).first().click();
  await shows(visitor, "Waiting for a decision");
  await page.getByRole("button", { name: "Approve" }).click();
}

/// Moves on with Tab until something has the focus that fits.
export async function tabTo(visitor, selector) {
  for (let presses = 0; presses < 40; presses += 1) {
    await visitor.page.keyboard.press("Tab");
    if (await visitor.page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`Tab never reaches ${selector}`);
}
