'use strict';

function versionOf(name) {
  return require(`${name}/package.json`).version;
}

function isInstalled(name) {
  try {
    return versionOf(name) !== undefined;
  } catch {
    return false;
  }
}

/** What an adapter says of the package behind it. */
function packaged(name) {
  return {
    origin: () => `${name} ${versionOf(name)}`,
    unavailable() {
      if (!isInstalled(name)) return `${name} is not installed: \`npm install --prefix bench\``;
      try {
        require(name);
        return undefined;
      } catch (error) {
        return `${name} ${versionOf(name)} does not load: ${error.message.split('\n', 1)[0]}`;
      }
    },
  };
}

/** What an adapter says of what Node brings with it. */
const nodesOwn = { origin: () => "Node's own", unavailable: () => undefined };

module.exports = { nodesOwn, packaged };
