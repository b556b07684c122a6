#!/usr/bin/env python3
"""Exact risk of an attack graph, from its dump alone; shares no code and no method with the program.

    risk_enumerator.py check DUMP                      recompute a dump's results: exactly where that fits, and by plain simulation
    risk_enumerator.py random PROGRAM [--graphs N]     make random graphs, let the program assess them both exactly and by
                                                       trials, compare: exact ones to 1e-9, intervals by their coverage
    risk_enumerator.py plan PROGRAM [--graphs N]       the program's plans against every subset of the actions
    risk_enumerator.py generate N SEED                 print random dumps, one a line

Method: the chance that one of some positions is reached, by conditioning on one uniform number after another. A number is
split only where a step leads out of what is reached for sure, into what can be reached at all; each branch ends when a
target is reached for sure or can no longer be. `brute` enumerates every combination instead and must agree (self-test).
"""
import argparse
import itertools
import json
import math
import os
import random
import subprocess
import sys
import tempfile


class TooLarge(Exception):
    pass


class Graph:
    def __init__(self, dump):
        self.dump = dump
        self.horizon = dump["horizon_days"]
        self.variables = {v["id"]: v for v in dump["variables"]}
        self.value = {a["id"]: a["value"] for a in dump["assets"]}
        self.holds = {}  # asset → {position: share}
        for position in dump["positions"]:
            for hold in position["holds"]:
                held = self.holds.setdefault(hold["asset"], {})
                held[position["id"]] = max(held.get(position["id"], 0), hold["share"])
        self.steps = {s["id"]: s for s in dump["steps"]}
        self.budget = 1 << 60

    def uniform_of(self, variable):
        group = self.variables[variable]["group"]
        return ("group", group) if group is not None else ("variable", variable)

    def chance(self, variable, reading):
        v = self.variables[variable]
        if v["unknown"] and reading != "mean":
            return 0.0 if reading == "floor" else 1.0
        return v["p"]

    def outgoing(self, closed):
        out = {}
        for step in self.steps.values():
            if step["id"] not in closed:
                out.setdefault(step["from"], []).append((step["to"], step["variables"]))
        return out

    def reach_chance(self, start, targets, closed, reading):
        """P(some position of `targets` is reached from `start`) with the steps of `closed` gone."""
        out = self.outgoing(closed)

        def verdict(variable, intervals):
            p = self.chance(variable, reading)
            low, high = intervals.get(self.uniform_of(variable), (0.0, 1.0))
            return True if high <= p else False if low >= p else None

        def explore(intervals):
            sure, possible = {start}, {start}
            queue = [start]
            while queue:
                position = queue.pop()
                for to, variables in out.get(position, []):
                    if to not in sure and all(verdict(v, intervals) is True for v in variables):
                        sure.add(to)
                        queue.append(to)
            if sure & targets:
                return 1.0, None
            queue, doubt = list(sure), None
            possible = set(sure)
            while queue:
                position = queue.pop()
                for to, variables in out.get(position, []):
                    if to in possible or any(verdict(v, intervals) is False for v in variables):
                        continue
                    possible.add(to)
                    queue.append(to)
            if not possible & targets:
                return 0.0, None
            useful = self.leads_to(targets & possible, possible, out, lambda v: verdict(v, intervals) is not False)
            for position in sorted(sure):
                for to, variables in out.get(position, []):
                    if to in sure or to not in useful or any(verdict(v, intervals) is False for v in variables):
                        continue
                    doubt = next(v for v in variables if verdict(v, intervals) is None)
                    return None, doubt
            raise AssertionError("a target is possible, yet no step is in doubt")

        def solve(intervals):
            self.budget -= 1
            if self.budget < 0:
                raise TooLarge()
            answer, doubt = explore(intervals)
            if doubt is None:
                return answer
            key, p = self.uniform_of(doubt), self.chance(doubt, reading)
            low, high = intervals.get(key, (0.0, 1.0))
            below = solve({**intervals, key: (low, p)})
            above = solve({**intervals, key: (p, high)})
            return (below * (p - low) + above * (high - p)) / (high - low)

        return solve({})

    @staticmethod
    def leads_to(targets, inside, out, passable):
        back = {}
        for position in inside:
            for to, variables in out.get(position, []):
                if to in inside and all(passable(v) for v in variables):
                    back.setdefault(to, []).append(position)
        seen, queue = set(targets), list(targets)
        while queue:
            for position in back.get(queue.pop(), []):
                if position not in seen:
                    seen.add(position)
                    queue.append(position)
        return seen

    def held_chance(self, attacker, positions, closed, reading):
        return sum(s["p"] * self.reach_chance(s["position"], positions, closed, reading) for s in attacker["starts"] if s["p"] > 0)

    def risk(self, attacker, closed=frozenset(), reading="mean"):
        """Mean damage: for each asset its value times the mean of the largest share held, by levels of the share."""
        total = 0.0
        for asset, held in self.holds.items():
            levels = sorted({share for share in held.values() if share > 0})
            before = 0.0
            for share in levels:
                positions = {p for p, s in held.items() if s >= share}
                total += self.value[asset] * (share - before) * self.held_chance(attacker, positions, closed, reading)
                before = share
        return total

    def in_force(self, action):
        """The chance that the attack comes when the action's lead time has passed."""
        return min(1.0, max(0.0, 1 - action["lead_days"] / self.horizon))

    def risk_with(self, attacker, actions):
        """Risk when all of `actions` are taken, over the attack time."""
        leads = sorted({0.0, self.horizon} | {a["lead_days"] for a in actions if 0 < a["lead_days"] < self.horizon})
        total = 0.0
        for begin, end in zip(leads, leads[1:]):
            closed = frozenset(c for a in actions if a["lead_days"] <= begin for c in a["cuts"])
            total += (end - begin) / self.horizon * self.risk(attacker, closed)
        return total

    def brute(self, attacker, closed=frozenset(), reading="mean"):
        """Every combination of every uniform number; for the self-test."""
        points = {}
        for variable in self.variables:
            points.setdefault(self.uniform_of(variable), {0.0, 1.0}).add(self.chance(variable, reading))
        keys = sorted(points)
        spans = [list(zip(sorted(points[k]), sorted(points[k])[1:])) for k in keys]
        if math.prod(map(len, spans)) > 5000:
            raise TooLarge()
        out = self.outgoing(closed)
        total = 0.0
        for combination in itertools.product(*spans):
            weight = math.prod(high - low for low, high in combination)
            low_of = {k: c[0] for k, c in zip(keys, combination)}
            true = {v for v in self.variables if low_of[self.uniform_of(v)] < self.chance(v, reading)}
            for start in attacker["starts"]:
                seen, queue = {start["position"]}, [start["position"]]
                while queue:
                    for to, variables in out.get(queue.pop(), []):
                        if to not in seen and all(v in true for v in variables):
                            seen.add(to)
                            queue.append(to)
                for asset, held in self.holds.items():
                    total += weight * start["p"] * self.value[asset] * max((s for p, s in held.items() if p in seen), default=0)
        return total


def random_dump(rng, name, actions_from=1, actions_to=5, most_cuts=None):
    """Cycles, parallel steps, shared variables, groups, missing facts, shares, several starts, odd lead times."""
    positions = [f"{name}/p{i}" for i in range(rng.randint(3, 9))]
    variables = []
    groups = [f"{name}/g{i}" for i in range(2)]
    for i in range(rng.randint(3, 9)):
        p = rng.choice([rng.uniform(0.02, 0.98), rng.uniform(0.3, 0.9), rng.choice([0.01, 0.5, 0.99])])
        variables.append({"id": f"{name}/v{i}", "p": p, "group": rng.choice(groups) if rng.random() < 0.3 else None, "unknown": rng.random() < 0.2})
    assets = [{"id": f"{name}/a{i}", "value": rng.choice([1, 5, 8, 100, rng.uniform(0.5, 20)])} for i in range(rng.randint(1, 4))]
    shown = []
    for position in positions:
        holds = [{"asset": a["id"], "share": rng.choice([1, 1, 0.5, 0.25])} for a in assets if rng.random() < 0.3]
        shown.append({"id": position, "holds": holds})
    shown[-1]["holds"] = shown[-1]["holds"] or [{"asset": assets[0]["id"], "share": 1}]
    steps = []
    for i in range(rng.randint(len(positions), 2 * len(positions) + 3)):
        a, b = rng.choice(positions), rng.choice(positions)
        needs = rng.sample(variables, min(len(variables), rng.choice([0, 1, 1, 1, 2, 2, 3])))
        steps.append({"id": f"{name}/s{i}", "from": a, "to": b, "variables": [v["id"] for v in needs]})
    starts = rng.sample(positions, min(len(positions), 3))
    cuts = sorted([rng.random(), rng.random()])
    attackers = [
        {"name": "external", "weight": 1, "starts": [{"position": positions[0], "p": 1}]},
        {"name": "container", "weight": 0.1,
         "starts": [{"position": s, "p": p} for s, p in zip(starts, [cuts[0], cuts[1] - cuts[0], 1 - cuts[1]])]},
        {"name": "node", "weight": 0, "starts": []},
    ]
    actions = []
    for i in range(rng.randint(actions_from, actions_to)):
        chosen = rng.sample(steps, rng.randint(1, most_cuts or max(1, len(steps) // 3)))
        actions.append({"id": f"{name}/x{i}", "lead_days": rng.choice([0, 1, 1, 14, 30, 45, 120]), "cuts": [s["id"] for s in chosen]})
    return {"schema": "bulkhead.risk_dump/1", "horizon_days": 90, "variables": variables, "assets": assets, "positions": shown,
            "steps": steps, "attackers": attackers, "actions": actions}


def run(program, dumps, *flags):
    """The program's dumps with results, and its reports."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "graphs.jsonl"), os.path.join(folder, "results.jsonl")
        with open(source, "w") as file:
            file.writelines(json.dumps(d) + "\n" for d in dumps)
        done = subprocess.run([program, "risk", "--graph", source, "--dump", target, "--format", "json", *flags], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"the program failed: {done.stderr}")
        with open(target) as file:
            return [json.loads(line) for line in file], [json.loads(line) for line in done.stdout.splitlines()]


def figures(graph, results):
    """Yields (what, exact, mean, low, high) for every figure with an interval, and floor and ceiling as exact ones."""
    for attacker in graph.dump["attackers"]:
        name = attacker["name"]
        if name not in results["risk"]:
            continue
        now = graph.risk(attacker)
        got = results["risk"][name]
        yield f"risk {name}", now, got["mean"], *got["ci95"]
        for end in ("floor", "ceiling"):
            yield f"{end} {name}", graph.risk(attacker, reading=end), got[end], None, None
        for asset, held in graph.holds.items():
            positions = {p for p, share in held.items() if share > 0}
            got = results["assets"][name][asset]
            yield f"asset {name} {asset}", graph.held_chance(attacker, positions, frozenset(), "mean"), got["p"], *got["ci95"]
        by_id = {a["id"]: a for a in results["actions"]}
        for action in graph.dump["actions"]:
            got = by_id[action["id"]]["removes"][name]
            gone = now - graph.risk(attacker, frozenset(action["cuts"]))
            yield f"action {name} {action['id']}", graph.in_force(action) * gone, got["mean"], *got["ci95"]


def close(a, b):
    return abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b))


def command_random(options):
    rng = random.Random(options.seed)
    dumps = [random_dump(rng, f"r{options.seed}.{i}") for i in range(options.graphs)]
    exact, _ = run(options.program, dumps, "--no-plan")
    drawn, _ = run(options.program, dumps, "--no-plan", "--exact-budget", "0", "--trials", str(options.trials))
    counts, tested, wrong = {}, 0, []
    for dump, exact_dump, drawn_dump in zip(dumps, exact, drawn):
        graph = Graph(dump)
        for attacker in dump["attackers"]:
            try:
                if attacker["starts"] and not close(graph.brute(attacker), graph.risk(attacker)):
                    sys.exit("self-test: conditioning and enumeration differ")
            except TooLarge:
                pass
        drawn_figures = list(figures_known(drawn_dump["results"], dump))
        for (what, truth, mean, low, high), (_, drawn_mean, drawn_low, drawn_high) in zip(figures(graph, exact_dump["results"]), drawn_figures):
            tested += 1
            if not close(truth, mean) or (low is not None and not (close(low, truth) and close(high, truth))):
                wrong.append(f"{what}: exact {truth}, program {mean} [{low}, {high}]")
            if drawn_low is None:
                continue
            if drawn_low == drawn_high == drawn_mean:  # said to be exact: a figure that cannot be other than nought
                if not close(drawn_mean, truth):
                    wrong.append(f"{what}: exact {truth}, program says {drawn_mean} for certain")
                continue
            kind = what.split()[0]
            seen, covered = counts.get(kind, (0, 0))
            counts[kind] = (seen + 1, covered + (drawn_low - 1e-12 <= truth <= drawn_high + 1e-12))
        for name, got in drawn_dump["results"]["risk"].items():
            if not got["floor"] - 1e-12 <= got["mean"] <= got["ceiling"] + 1e-12:
                wrong.append(f"floor, mean and ceiling of {name} are out of order: {got}")
    for line in wrong[:20]:
        print(line)
    print(f"{len(dumps)} graphs, {tested} figures; exact ones that differ: {len(wrong)}")
    failed = bool(wrong)
    for kind, (seen, covered) in sorted(counts.items()):
        # 93 % at least; few figures may miss it by chance (three standard deviations below 95 %).
        enough = min(0.93, 0.95 - 3 * math.sqrt(0.95 * 0.05 / seen))
        print(f"{kind}: {covered} of {seen} intervals hold the exact value ({100 * covered / seen:.1f} %)")
        failed = failed or covered / seen < enough
    return 1 if failed else 0


def figures_known(results, dump):
    """The same figures in the same order as figures(), without computing anything."""
    assets = []
    for position in dump["positions"]:
        for hold in position["holds"]:
            if hold["asset"] not in assets:
                assets.append(hold["asset"])
    for attacker in dump["attackers"]:
        name = attacker["name"]
        if name not in results["risk"]:
            continue
        got = results["risk"][name]
        yield "risk", got["mean"], *got["ci95"]
        yield "floor", got["floor"], None, None
        yield "ceiling", got["ceiling"], None, None
        for asset in assets:
            got = results["assets"][name][asset]
            yield "asset", got["p"], *got["ci95"]
        by_id = {a["id"]: a for a in results["actions"]}
        for action in dump["actions"]:
            got = by_id[action["id"]]["removes"][name]
            yield "action", got["mean"], *got["ci95"]


def simulate(graph, attacker, trials, rng):
    """Plain trials, one at a time: per trial the damage, and per asset how often it is held."""
    out, keys = graph.outgoing(frozenset()), {v: graph.uniform_of(v) for v in graph.variables}
    starts, weights = [s["position"] for s in attacker["starts"]], [s["p"] for s in attacker["starts"]]
    damages, held_count = [], dict.fromkeys(graph.holds, 0)
    for _ in range(trials):
        numbers = {}

        def true(variable):
            key = keys[variable]
            if key not in numbers:
                numbers[key] = rng.random()
            return numbers[key] < graph.variables[variable]["p"]

        start = rng.choices(starts, weights)[0]
        seen, queue = {start}, [start]
        while queue:
            for to, variables in out.get(queue.pop(), []):
                if to not in seen and all(true(v) for v in variables):
                    seen.add(to)
                    queue.append(to)
        damage = 0.0
        for asset, held in graph.holds.items():
            share = max((s for p, s in held.items() if p in seen), default=0)
            held_count[asset] += share > 0
            damage += graph.value[asset] * share
        damages.append(damage)
    return damages, held_count


def command_check(options):
    """Exactly where a figure fits the budget; all of them against plain simulation with numbers of its own."""
    with open(options.dump) as file:
        graph = Graph(json.load(file))
    results, rng, wrong, exact, outside, simulated = graph.dump["results"], random.Random(7), [], 0, 0, 0
    for attacker in graph.dump["attackers"]:
        name = attacker["name"]
        if name not in results["risk"]:
            continue
        for asset, held in graph.holds.items():
            graph.budget = options.nodes
            try:
                truth = graph.held_chance(attacker, {p for p, share in held.items() if share > 0}, frozenset(), "mean")
            except TooLarge:
                continue
            exact += 1
            low, high = results["assets"][name][asset]["ci95"]
            if not low - 1e-9 <= truth <= high + 1e-9:
                outside += 1
                print(f"outside: {name} {asset}: exact {truth:.6g}, program [{low:.6g}, {high:.6g}]")
        damages, held_count = simulate(graph, attacker, options.trials, rng)
        n = options.trials
        mean = sum(damages) / n
        pairs = [("risk", results["risk"][name]["mean"], results["risk"][name]["ci95"], mean, sum((d - mean) ** 2 for d in damages) / n / n)]
        for asset, count in held_count.items():
            got, p = results["assets"][name][asset], (count + 1) / (n + 2)
            pairs.append((asset, got["p"], got["ci95"], count / n, p * (1 - p) / n))
        for what, got, (low, high), seen, variance in pairs:
            simulated += 1
            if abs(got - seen) > 4 * math.sqrt(variance + ((high - low) / 3.92) ** 2):
                wrong.append(f"{name} {what}: simulation {seen:.5g}, program {got:.5g} [{low:.5g}, {high:.5g}]")
    for line in wrong:
        print(line)
    print(f"{exact} figures recomputed exactly, {outside} of them outside their 95 % interval; {simulated} against {options.trials} plain trials, {len(wrong)} differ")
    # One in twenty may lie outside a 95 % interval.
    return 1 if wrong or outside > 0.05 * exact + 3 * math.sqrt(0.0475 * exact) else 0


def command_plan(options):
    """Each plan's prices are exact, and each of its beginnings removes nearly as much as the best choice of as many actions."""
    rng = random.Random(options.seed)
    dumps = [random_dump(rng, f"p{options.seed}.{i}", 4, 9, most_cuts=2) for i in range(options.graphs)]
    _, reports = run(options.program, dumps)
    shares, wrong = [], []
    for dump, report in zip(dumps, reports):
        graph, actions = Graph(dump), {a["id"]: a for a in dump["actions"]}
        known = {}

        def damage(ids):
            key = frozenset(ids)
            if key not in known:
                known[key] = sum(a["weight"] * graph.risk_with(a, [actions[i] for i in key]) for a in dump["attackers"] if a["weight"] > 0)
            return known[key]

        now, done, before = damage([]), [], damage([])
        for item in report["plan"]:
            done += item["actions"]
            after = damage(done)
            if not close(before - after, item["removed_damage"]["mean"]):
                wrong.append(f"{item['actions']}: removes {before - after}, the plan says {item['removed_damage']['mean']}")
            before = after
            best = min(damage(c) for c in itertools.combinations(actions, len(done)))
            if now - best > 1e-9:
                share = (now - after) / (now - best)
                shares.append(share)
                if share < 1 - 1 / math.e:
                    wrong.append(f"{done}: removes {share:.2f} of what the best {len(done)} actions do")
        # What the plan leaves undone is small: no single action and no pair is worth the stop threshold any more.
        for more in itertools.chain(itertools.combinations(actions, 1), itertools.combinations(actions, 2)):
            if before - damage([*done, *more]) > 0.005 * len(more) * now + 1e-9:
                wrong.append(f"after {done} still {more} would remove {(before - damage([*done, *more])) / now:.3f}")
    for line in wrong[:20]:
        print(line)
    mean, optimal = sum(shares) / len(shares), sum(s > 1 - 1e-9 for s in shares)
    print(f"{len(dumps)} plans, {len(shares)} beginnings: {optimal} as good as the best choice, mean {mean:.4f} of it, least {min(shares):.3f}; wrong: {len(wrong)}")
    return 1 if wrong or mean < 0.97 else 0


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("random", "plan"):
        one = commands.add_parser(name)
        one.add_argument("program")
        one.add_argument("--graphs", type=int, default=100)
        one.add_argument("--seed", type=int, default=1)
        one.add_argument("--trials", type=int, default=8192)
    check = commands.add_parser("check")
    check.add_argument("dump")
    check.add_argument("--nodes", type=int, default=400, help="branches spent on one figure")
    check.add_argument("--trials", type=int, default=3000)
    generate = commands.add_parser("generate")
    generate.add_argument("graphs", type=int)
    generate.add_argument("seed", type=int)
    options = parser.parse_args()
    if options.command == "random":
        return command_random(options)
    if options.command == "check":
        return command_check(options)
    if options.command == "plan":
        return command_plan(options)
    rng = random.Random(options.seed)
    for i in range(options.graphs):
        print(json.dumps(random_dump(rng, f"r{options.seed}.{i}")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
