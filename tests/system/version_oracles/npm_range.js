// node-semver's satisfies: lines VERSION<TAB>RANGE in; out two letters, without and with includePrerelease: y, n, or ! where it
// refuses the range or the version.
const semver = require("semver");
const lines = require("fs").readFileSync(0, "utf8").split("\n");
lines.pop();
const answer = (version, range, options) => {
  try {
    if (semver.parse(version) === null) return "!";
    return new semver.Range(range, options).test(version) ? "y" : "n";
  } catch {
    return "!";
  }
};
const out = lines.map((line) => {
  const [version, range] = line.split("\t");
  return answer(version, range, {}) + answer(version, range, { includePrerelease: true });
});
process.stdout.write(out.join("\n") + "\n");
