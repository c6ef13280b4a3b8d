// Prints the bytecode of a contract: node compile.js FILE CONTRACT.
const fs = require("fs");
const path = require("path");
const solc = require("solc");
const [file, contract] = process.argv.slice(2);
const input = {
  language: "Solidity",
  sources: { [path.basename(file)]: { content: fs.readFileSync(file, "utf8") } },
  settings: { evmVersion: "paris", optimizer: { enabled: true }, outputSelection: { "*": { "*": ["evm.bytecode.object"] } } },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
const errors = (output.errors || []).filter((each) => each.severity === "error");
if (errors.length) {
  process.stderr.write(errors.map((each) => each.formattedMessage).join("\n"));
  process.exit(1);
}
process.stdout.write(output.contracts[path.basename(file)][contract].evm.bytecode.object);
