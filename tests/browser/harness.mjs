// Runs stories, each in browsers that remember nothing, and holds every page to two rules: no error in the console, and
// nothing the content security policy had to stop.

import { mkdirSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";

const kStorySeconds = 60;
const kPatience = 15_000;

/// Somebody at a browser: no cookies, no cache of anybody else.
class Visitor {
  constructor(context, page, name) {
    Object.assign(this, { context, page, name, complaints: [], expected: [] });
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complain(message.text());
    });
    page.on("pageerror", (error) => this.complain(error.message));
  }

  /// A refusal that the story wants: the browser says so in its console.
  expect(pattern) {
    this.expected.push(pattern);
  }

  /// A virtual security key that is touched whenever it asks (Chrome DevTools Protocol). Returns how to pull it out.
  async plugInSecurityKey() {
    const devtools = await this.context.newCDPSession(this.page);
    await devtools.send("WebAuthn.enable");
    const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: { protocol: "ctap2", transport: "usb", automaticPresenceSimulation: true },
    });
    return () => devtools.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
  }

  complain(text) {
    if (!this.expected.some((pattern) => pattern.test(text))) this.complaints.push(`${this.page.url()}: ${text}`);
  }
}

export class Harness {
  constructor(lab, output) {
    Object.assign(this, { lab, output, visitors: [] });
  }

  static async start(lab, output) {
    const harness = new Harness(lab, output);
    mkdirSync(output, { recursive: true });
    // Chromium's own sandbox does not work for root, who runs the lab.
    harness.browser = await chromium.launch({ executablePath: "/usr/bin/chromium", chromiumSandbox: false });
    return harness;
  }

  async stop() {
    await this.browser.close();
  }

  async visitor(name) {
    const context = await this.browser.newContext({ baseURL: this.lab.url });
    context.setDefaultTimeout(kPatience);
    const page = await context.newPage();
    // What the policy stops is a complaint like any other.
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    const visitor = new Visitor(context, page, name);
    this.visitors.push(visitor);
    return visitor;
  }

  /// True when it passed.
  async run(name, story) {
    const began = Date.now();
    let problem = null;
    try {
      await withinTime(story(this));
      const complaints = this.visitors.flatMap((visitor) => visitor.complaints);
      if (complaints.length > 0) throw new Error(`the browser complained:\n  ${complaints.join("\n  ")}`);
    } catch (error) {
      problem = error;
      await this.keepPictures(name);
    }
    for (const visitor of this.visitors.splice(0)) await visitor.context.close();
    console.log(`${problem ? "FAIL" : "pass"}  ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    if (problem) console.log(`  ${String(problem.stack ?? problem).replaceAll("\n", "\n  ")}`);
    return !problem;
  }

  async keepPictures(name) {
    const base = `${this.output}/${name.replaceAll(/[^A-Za-z0-9]+/g, "-").slice(0, 60)}`;
    for (const { page, name: who, complaints } of this.visitors) {
      const text = await page.locator("body").innerText({ timeout: 1000 }).catch(() => "");
      writeFileSync(`${base}-${who}.txt`, `${page.url()}\n${complaints.join("\n")}\n\n${text}\n`);
      await page.screenshot({ path: `${base}-${who}.png`, fullPage: true, timeout: 5000 }).catch(() => {});
    }
  }
}

async function withinTime(story) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it takes longer than ${kStorySeconds} s`)), kStorySeconds * 1000);
  });
  try {
    await Promise.race([story, limit]);
  } finally {
    clearTimeout(timer);
  }
}
