// The lab, as far as a browser's tests need to know it.

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/// NAME='value' or NAME=value; the lab writes nothing else.
function readEnvironment(path) {
  const values = {};
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const found = /^([A-Z0-9_]+)='?(.*?)'?$/.exec(line);
    if (found) values[found[1]] = found[2];
  }
  return values;
}

export class Lab {
  constructor(environmentFile) {
    this.env = readEnvironment(environmentFile);
    this.url = this.env.ZTIX_URL;
  }

  password(username) {
    return readFileSync(`${this.env.ZTIX_LAB_STATE_DIR}/secrets/${username}`, "utf8").split("\n")[0];
  }

  /// What the phone of this user shows.
  code(username) {
    const tool = fileURLToPath(new URL("../../lab/code", import.meta.url));
    return execFileSync(tool, [`${this.env.ZTIX_LAB_STATE_DIR}/secrets/${username}_totp`], { encoding: "utf8" }).trim();
  }

  /// Another phone: `key` as the account page shows it.
  scan(username, key) {
    writeFileSync(`${this.env.ZTIX_LAB_STATE_DIR}/secrets/${username}_totp`, key, { mode: 0o600 });
  }

  /// As if everybody had shown the second factor six minutes ago.
  letSecondFactorsAge() {
    const redis = new URL(this.env.REDIS_URL);
    const script = `for _, key in ipairs(redis.call("KEYS", "ztix:session:*")) do
      local text = redis.call("GET", key):gsub('("second_factor_at":)(%d+)', function(name, at)
        return name .. string.format("%.0f", tonumber(at) - 360000000)
      end)
      redis.call("SET", key, text, "KEEPTTL")
    end`;
    execFileSync("redis-cli", ["-h", redis.hostname, "-p", redis.port, "EVAL", script, "0"], {
      env: { ...process.env, REDISCLI_AUTH: decodeURIComponent(redis.password) },
    });
  }

  /// What the command line prints with --json.
  ztix(words, input = "") {
    const env = { ...process.env, ...this.env };
    return JSON.parse(execFileSync(this.env.ZTIX_CLI, ["--json", ...words], { env, input, encoding: "utf8" })).data;
  }

  /// Lets an account ask to join the lab's network.
  admit(username) {
    this.ztix(["user", "update", "--username", username, "--network", this.env.ZTIX_NETWORK_ID]);
  }

  /// An operator with an AS number that nobody else has.
  newOperator() {
    const number = randomBytes(3).readUIntBE(0, 3);
    const who = { username: `b${number}`, asn: 1_100_000 + number, password: randomBytes(12).toString("hex") };
    this.ztix(
      ["user", "create", "--username", who.username, "--password-stdin", "--asn", String(who.asn), "--network",
        this.env.ZTIX_NETWORK_ID],
      who.password + "\n",
    );
    return who;
  }

  static newNode() {
    return randomBytes(5).toString("hex").replace(/^ff/, "fe");
  }
}
