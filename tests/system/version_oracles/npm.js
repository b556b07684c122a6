// node-semver's compare: lines A<TAB>B in, a sign out, "!" where it refuses one.
const semver = require("semver");
const lines = require("fs").readFileSync(0, "utf8").split("\n");
lines.pop();
const out = lines.map((line) => {
  const [a, b] = line.split("\t");
  try {
    const order = semver.compare(a, b);
    return order < 0 ? "<" : order > 0 ? ">" : "=";
  } catch {
    return "!";
  }
});
process.stdout.write(out.join("\n") + "\n");
