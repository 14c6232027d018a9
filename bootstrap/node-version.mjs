/**
 * @param {string} version as process.versions.node has it
 * @returns {boolean} whether the service and its tools run on it
 */
export function isNodeSupported(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 20 ? minor >= 19 : major > 22 || (major === 22 && minor >= 12);
}
