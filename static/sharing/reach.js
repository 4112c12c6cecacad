// Who can open a link, as far as its address tells.

const THIS_COMPUTER = /^(localhost|.+\.localhost|(127|0)(\.\d+){3}|\[::1?\]|\[::ffff:(7f..|0):.+\])$/;
const OWN_NETWORK = [
  /^(10\.\d+|172\.(1[6-9]|2\d|3[01])|192\.168|169\.254|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))(\.\d+){2}$/, // RFC 1918, 3927, 6598
  /^\[f[cd]..:|^\[fe[89ab].:/, // RFC 4193, 4291
  /^[^.[]+$|\.(local|lan|home|internal|home\.arpa)$/, // names without a domain, of mDNS, and of routers
];

/**
 * What to know of a link that not everybody can open, in words. "": its address does not tell that anybody cannot.
 * @param {string} url
 */
export function reachInWords(url) {
  const host = new URL(url).hostname.replace(/\.$/, ""); // in lower case, and numbers as usual (URL Standard)
  if (THIS_COMPUTER.test(host)) {
    return `Only this computer can open the link, since it leads to ${host}. For others, start the server with --host 0.0.0.0, open this page by the address of the computer in your network, and share again.`;
  }
  return OWN_NETWORK.some((form) => form.test(host)) ? "Only devices in your network can open the link." : "";
}
