// Who can open a link, by its address.

import assert from "node:assert/strict";
import { test } from "node:test";
import { reachInWords } from "../../static/sharing/reach.js";

const THIS_COMPUTER = ["localhost", "LOCALHOST.", "films.localhost", "127.0.0.1", "127.1", "127.255.0.9", "0.0.0.0", "[::1]", "[::]", "[0:0::0:1]", "[::ffff:127.0.0.1]"];
const OWN_NETWORK = ["10.0.0.7", "172.16.0.1", "172.31.255.1", "192.168.1.20", "169.254.3.4", "100.64.0.1", "100.127.9.9", "[fd00::7]", "[fe80::1]", "nas", "nas.local", "films.home.arpa", "fritz.lan"];
const EVERYWHERE = ["films.example.org", "203.0.113.7", "11.0.0.1", "172.15.0.1", "172.32.0.1", "192.169.1.1", "100.63.0.1", "100.128.0.1", "[2001:db8::1]", "[::ffff:203.0.113.7]", "localhost.example.org", "127.0.0.1.example.org", "10.0.0.1.example.org", "local.example", "fd00.example"];

/** @param {string} host */
const said = (host) => reachInWords(`http://${host}:8000/s/x/`);

test("a link to this computer is said to be for it alone, with what helps", () => {
  for (const host of THIS_COMPUTER) assert.match(said(host), /^Only this computer can open the link, .* start the server with --host 0\.0\.0\.0, /, host);
  assert.match(said("127.1"), /since it leads to 127\.0\.0\.1\. /);
});

test("a link to an address or a name of one's own network is said to be for that", () => {
  for (const host of OWN_NETWORK) assert.equal(said(host), "Only devices in your network can open the link.", host);
});

test("of other links nothing is said", () => {
  for (const host of EVERYWHERE) assert.equal(said(host), "", host);
});
