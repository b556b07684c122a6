"""Pairs of versions to compare: real ones, their mutations, and for schemes without a tool pairs built from known numbers."""
import re

# Short lists of real versions, each with a trap of its scheme.
SEEDS = {
    "apk": """1.2.3 1.2.3-r0 1.2.3-r10 1.01 1.1 1.10 1.001 0.9 0 1.2.3a 1.2.3b 1.2.3a-r1 1.2.3_rc1 1.2.3_rc2 1.2.3_alpha 1.2.3_alpha1 1.2.3_beta3
        1.2.3_pre20240101 1.2.3_p1 1.2.3_p1-r2 1.2.3_git20240101 1.2.3_cvs1 1.2.3_svn2 1.2.3_hg3 1.2.3_rc1_p2 6.4_p20231125-r0 1.36.1-r15
        3.1.4-r5 20230506-r0 2.12.7-r0 1.2.4_git20230717-r4 10.00 1.0_rc1-r1 5.4.3-r1""",
    "hackage": """1 1.0 1.0.0 0.1 0 1.2.3.4 2.10.0.1 0.11.2.0 999999999 1.999999999 1.1000000000 01.2 1.02 1.0-rc1 1.0.0.0.0 2026.7.1 1.0.
        0.3.10.0 4.18.2.1 3.14.0.0 1.1.1.1.1.1 10.1 9.1 1.9 1.10 1.100 0.0.1""",
    "deb": """1.2.3-1 1:1.2.3-1 2:8.2.2434-3+deb11u1 7.88.1-10+deb12u5 7.88.1-10 1.0~rc1-1 1.0~~ 1.0~ 1.0 1.0+b3 2.36-9+deb12u4 0.8-1~bpo12+1
        5.10.209-2 3.0.11-1~deb12u2 252.22-1~deb12u1 1.1.1n-0+deb11u5 1:9.2p1-2+deb12u2 20230311+deb12u1 4.4.4p1-2 1.5.0-1.1 0:1.0 1.0-0 1.0-00
        1.0a 1.0+dfsg-1 1.0-1ubuntu0.22.04.1 9.9.9-1+b1 1.18.0~beta2 1.10~2 2.31-13+deb11u11 0~20210101 12.4+deb12u5 6.1.0-18 1.2.13.dfsg-1""",
    "semver": """1.0.0 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 2.1.1 0.0.1 1.0.0+build.1
        1.0.0-0.3.7 1.0.0-x.7.z.92 1.0.0-x-y-z.-- 1.0.0--1 10.20.30 1.1.2-prerelease+meta 1.0.0+0.build.1-rc.10000aaa-kk-0.1 1.2.3----RC-SNAPSHOT.12.9.1--.12
        99999999999999999999999.999999999999999999.99999999999999999 01.1.1 1.2 1.2.3.4 v1.2.3 1.0.0-01 1.0.0- 1.0.0+ 1.0.0-a..b""",
    "npm": """4.17.21 4.17.20 1.0.0 v1.2.3 1.0.0-alpha.1 2.0.0-rc.1 5.0.0-beta.3 0.0.0-0 1.2.3-4 1.2.3-4.5 10.0.0 7.0.0-next.20 1.0.0-canary.2
        16.8.0-alpha.0 18.0.0-rc.0-next-fe905f152-20220107 1.2.3+build 9007199254740991.0.0 9007199254740992.0.0 1.0.0-9007199254740993
        1.0.0-9007199254740992 1.0.0-99999999999999999999 1.2 01.2.3 =1.2.3 1.2.3.4 1.0.0-rc1 0.11.6 3.0.0--x""",
    "maven": """2.14.1 2.17.0 2.15.0 1.0-SNAPSHOT 1.0 1.0.0 1.0.Final 1.0.0.RELEASE 5.3.18 4.1.77.Final 31.1-jre 31.1-android 1.0-alpha-1 1.0a1 1.0-beta2
        2.0-M3 2.0-rc1 2.0-cr2 1.0-GA 3.2.1.sp1 9.4.48.v20220622 2.9.10.8 1.0.0-20211231.235959-1 1.1-b09 2.3.1 20030203.000550 42.2.27.jre7 1.5.0-b01
        1.x 1-1 1.-1 1..1 1.0-final-1 1-ga-1 0 0.0-0 1.0.0-rc.1 1-1.foo-bar1baz-.1 7.0.0.pre5 2.0.0.AM25 1.0-RC1-SNAPSHOT 123456789012345678901234567890.1""",
    "go": """v1.2.3 1.2.3 v0.0.0-20190101000000-abcdefabcdef v1.2.4-0.20191109021931-daa7c04131f5 v2.0.0+incompatible v1.2.3-pre v1.2.3-pre.0.20200101000000-aaaaaaaaaaaa
        v1 v1.2 v1.0.0-rc.1 v0.17.0 v0.0.0-20220722155237-a158d28d115b v20.10.7+incompatible 0.0.0-20190101000000-abcdefabcdef v1.02.3 v1.2.3-01 v1.2-pre v1.2.3.4
        1.21.0-0 1.21.0-rc.2 1.20.0-0 1.19.6 v1.2.3-beta+exp.sha.5114f85""",
    "alpm": """1.0-1 1:1.0-1 9.8p1-1 3.4.0-1 7.50.3-1 1.0.6-6 2.6.12-1 1.0rc1-1 1.0beta-2 1.0.a 1.0a 1.0.1 1.0. 1.0_1 1..0 r123.abc1234-1 20240101-1 :1.0-1 0:1.0
        1.0-1.1 1.0-10 5.15.arch1-1 6.1.1.arch1-1 1.0alpha 1.0 1 01.0 1.00 a.b 1.0+2+gabc-1 1.0.r5.gabcdef-1 2:4.18.0-3 1.0- 1-2-3 1.0.0rc1""",
    "cargo": """1.0.0 1.0.0-alpha 1.0.0-alpha.1 0.10.55 1.0.0+a 1.0.0+a.b 1.0.0+1 1.0.0+01 1.0.0+001 1.0.0+2 111.16.0+1.1.1l 111.25.3+1.1.1t 300.0.0+3.0.0
        0.1.0-rc.1 1.0.0-alpha.beta 18446744073709551615.0.0 18446744073709551616.0.0 1.0 v1.0.0 1.0.0-01 0.4.0-pre.10 2.0.0-beta.2+build""",
    "composer": """1.0 1.0.0 v1.2.3 1.0.0-beta2 1.0.0-RC1 1.0.0-alpha.3 1.0.0-p1 1.0.0-patch1 1.0-dev 1.x-dev 1.0.x-dev dev-main dev-master master 2.0.0-stable
        5.4.40 v5.4.0-BETA1 20100102 2010-01-02 2010.01.02 2010-01-02.5 20100102-203040 20100102203040-10 1.2.3.4 1.0.0+foo 1.0.0-rc.1 1.0@dev 1.0.0beta 1.0.0.RC.15-dev 2.0.0-alpha.1.dev
        1.0.x-dev@dev 00.01.03.04 1.2.3_4 10.4.13-pl2 1.2.0a1 4.4.0-b.1 1.0.0-meh dev-foo/bar trunk v1 041.x-dev 1.0 as 2.0""",
    "cran": """1.0 1.0.0 1.0-4 6.0-88 0.9.1 3.6.0 1.2.3.4 1.0-0 1.10 1.2 01.2 1 2.0-1 1.0.0.9000 4.2-2 7.3-60.0.1 a.b 1. .1 1..2 1.0-""",
    "gem": """1.0 1.0.0 1.0.a 1.0.0.pre 1.0.0.rc1 1.0.0-rc1 2.0.0.beta.1 3.2.1 5.2.4.3 6.0.3.1 1.8.0.pre1 0.9.b.1 1.a.2 1.0.0-x.1 1 0 10.0 1.0.0.pre.10 1.0.0.RC1
        7.0.0.alpha2 2.2.6.4 1.0.a10 1.0.a9 1.0.0.a 0.0.a 1.0.b1 5.0.0.racecar1 1..2 1.0- a1 1.0_1 1.2.b1 1.0.0.0.a.0.0 1-2-3""",
    "pep440": """1.0 1.0.0 1.0a1 1.0.dev1 1.0b2.post345.dev456 1.0rc1 1.0c1 1.0.post1 1.0-1 1!0.5 2!1.0 1.0+abc.5 1.0+abc.7 1.0+5 1.0+ubuntu-1 1.0.RC1 v1.0 1.0-alpha.1 1.0_beta
        1.0preview1 1.0pre1 1.0.rev2 1.0r3 1.0.post 1.0dev 1.1.dev1 2012.10 3.2.0.post0 4.2.7 1.0.0.0 01.02 1.0+ABC 1.0+1.a 1.0+a.1 1.0.post1.dev2 1.0a2.dev456 1.0a12 1.0c 1.0+ 1.0-2-3 latest""",
    "rpm": """1.0-1 1:1.0-1 2.36-9.el9 7.61.1-33.el8_9.5 1.0~rc1-1 1.0^20210501git-1 1.0^git1 1.0~ 1.0^ 1.0 5.14.0-362.24.1.el9_3 0:1.0-1 :1.0-1 2.0.1a 2.0.1 fc4 10xyz 1b.fc17 1.fc17
        20101121 xyz.4 xyz10 1.0.post1 1.0~rc1^git1 1.0^git1~pre 4.18.0-513.9.1.el8_9 1.1.1k-12.el8 1.0--1 a-b-c 1.0- 3:7.5-2 ~1 ^1 1.0aa 1.0.00 2_0""",
    "go toolchain": """go1 go1.4 go1.18 go1.20 go1.20.0 go1.20rc1 go1.20.14 go1.21 go1.21rc1 go1.21rc2 go1.21.0 go1.21.3 go1.22beta1 go1.22 go1.22.1
        go1.21.3-bigcorp go1.9.2 go1.10 go1.999 go1.21.3rc1 go1.021 go1.21rc go2 go1.21alpha1 go1.2.3.4 gox go""",
}

SUFFIXES = {
    "apk": ["-r1", "-r0", "_rc1", "_p1", "_alpha", "_git20240101", ".0", ".01", "a", "b", "0", "_", "-", "-r", ".", "_x1"],
    "hackage": [".0", ".1", ".00", ".01", "-rc1", "-a-b", "-", "-1.0", ".1234567890", ".123456789", " ", "a"],
    "deb": ["~", "+b1", "-1", "~rc1", "+deb12u1", ".1", "a", "0", "-0", "ubuntu1", "~bpo12+1", ":", "-", "é"],
    "semver": ["-alpha", "-0", ".1", "+b", "-rc.1", ".0", "-1.2", ".x", "-"],
    "npm": ["-alpha", "-0", ".1", "+b", "-rc.1", ".0", "-1.2", ".x", " ", "-"],
    "maven": [".0", "-0", ".Final", "-SNAPSHOT", "-rc1", "rc", ".1", "-1", "sp", "-ga", "a1", "b", "m2", ".", "-", "-x", ".x1", "00", "-alpha", ".RELEASE", "cr1"],
    "go": ["-rc.1", "+incompatible", "-0", ".1", "-0.20200101000000-aaaaaaaaaaaa", "-alpha", "+b"],
    "alpm": ["-1", "rc1", ".1", "a", "0", "_1", ":", "-", ".", "..", "+g1", ".r5", "-2", "alpha"],
    "cargo": ["-alpha", "+a", "+0", "-rc.1", ".0", "+00", "-0", "."],
    "composer": ["-dev", "-beta", "RC1", "@dev", ".0", "-p1", ".x-dev", "+b", "-stable", "dev", "-alpha.2", "_1", ".", "-"],
    "cran": [".0", "-0", ".1", "-1", ".00", ".", "a"],
    "gem": [".0", ".pre", "-rc1", "a", ".b1", ".0.0", "-", ".", ".RC1", " "],
    "pep440": [".0", "a1", "rc1", ".post1", "-1", ".dev0", "+local", "+1", "-", ".", "b", "c2", " ", "_pre", ".dev"],
    "rpm": ["~", "^", "-1", "~rc1", "^git1", ".1", "a", "0", ".el8", "_1", ":", "-", "."],
    "go toolchain": ["rc1", "beta1", ".1", ".0", "0", "-x", "alpha"],
}


def npm_range(rng):
    """A range, mostly well-formed."""
    def partial():
        parts = [rng.choice(["0", "1", "2", "10"]) for _ in range(rng.choice([1, 2, 3, 3, 3]))]
        if rng.random() < 0.2:
            parts[rng.randrange(len(parts))] = rng.choice(["x", "X", "*"])
        text = rng.choice(["", "", "", "", "v", "=", "=v"]) + ".".join(parts)
        if len(parts) == 3 and rng.random() < 0.3:
            text += rng.choice(["-alpha", "-alpha.1", "-0", "-rc.1", "-beta.2"])
        if rng.random() < 0.05:
            text += "+build.1"
        return text

    def one():
        if rng.random() < 0.15:
            return f"{partial()} - {partial()}"
        return " ".join(rng.choice(["", "^", "~", "~>", ">", "<", ">=", "<=", "=", "> ", "<= ", "^ ", "~ "]) + partial() for _ in range(rng.choice([1, 1, 1, 2, 3])))

    text = rng.choice([" || ", "||", "|| "]).join(one() for _ in range(rng.choice([1, 1, 1, 2, 3])))
    if rng.random() < 0.05:
        i = rng.randrange(len(text) + 1)
        text = text[:i] + rng.choice(list(" |.-^~<>=x*1a+")) + text[i:]
    return rng.choice(["*", "", "latest", ">", "<*", ">=0.0.0", "^", "||"]) if rng.random() < 0.02 else text


def npm_range_cases(count, rng):
    """Pairs of a version and a range."""
    def version():
        text = ".".join(rng.choice(["0", "1", "2", "3", "10"]) for _ in range(3))
        return text + rng.choice(["", "", "", "-alpha", "-alpha.1", "-0", "-rc.1", "-beta.2", "-beta.3", "+b"])
    return [(version(), npm_range(rng)) for _ in range(count)]


def mutate(version, scheme, rng):
    kind = rng.randrange(8)
    if kind <= 2:  # another number
        places = [i for i, c in enumerate(version) if c.isdigit()]
        if places:
            i = rng.choice(places)
            return version[:i] + rng.choice(["0", "1", "2", "9", "10", "00", ""]) + version[i + 1:]
    if kind == 3:
        return version + rng.choice(SUFFIXES[scheme])
    if kind == 4 and version:
        i = rng.randrange(len(version))
        return version[:i] + version[i + 1:]
    if kind == 5:
        i = rng.randrange(len(version) + 1)
        return version[:i] + rng.choice(list(".-+~01aAzZ9_") + SUFFIXES[scheme]) + version[i:]
    if kind == 6:
        return version.upper() if rng.random() < 0.3 else version.replace(*rng.choice([(".", "-"), ("-", "."), ("0", ""), ("1", "10"), ("rc", "RC"), ("alpha", "a")]), 1)
    return version


def mutated_pairs(scheme, count, rng, collected):
    pool = SEEDS[scheme].split() + collected
    result = []
    for _ in range(count):
        a = rng.choice(pool)
        b = a if rng.random() < 0.8 else rng.choice(pool)
        for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
            a = mutate(a, scheme, rng)
        for _ in range(rng.choice([0, 1, 1, 2, 3])):
            b = mutate(b, scheme, rng)
        result.append((a, b))
    return result


def sign(a, b):
    return "<" if a < b else ">" if a > b else "="


def kubernetes(rng):
    """A version and its rank."""
    stage = rng.choice([None, None, None, "alpha", "beta", "rc"])
    major, minor, patch, n = 1, rng.choice([9, 10, 27, 28, 29, 30]), rng.choice([0, 0, 1, 2, 10, 14]), rng.choice([0, 1, 2, 10])
    text = f"{major}.{minor}.{patch}" + (f"-{stage}.{n}" if stage else "")
    text = rng.choice(["v", "v", ""]) + text
    text += rng.choice(["", "", "+rke2r1", "+k3s1", "+a46a3bb", "-eks-036c24b", "+vmware.1"] + ([] if stage else ["-gke.100", "-eks-1-29-5", "-rc1+k3s1", "-aliyun.1"]))
    return text, (major, minor, patch, {"alpha": 0, "beta": 1, "rc": 2, None: 3}[stage], n if stage else 0)


def linux(rng):
    major, minor = rng.choice([(2, 6), (3, 10), (4, 18), (4, 19), (5, 4), (5, 15), (6, 1), (6, 12)])
    third = rng.choice([18, 32]) if major == 2 else 0
    patch, candidate = rng.choice([0, 0, 1, 9, 10, 15, 150, 209]), None
    stream = f"{major}.{minor}" + (f".{third}" if major == 2 else "")
    if patch == 0 and rng.random() < 0.5:
        candidate = rng.choice([1, 2, 3, 7, 10])
        text = stream + rng.choice(["", ".0"]) + rng.choice([f"-rc{candidate}", f"-0.rc{candidate}.20241017git.30.fc42.x86_64"])
    else:
        text = stream + (rng.choice(["", ".0"]) if patch == 0 else f".{patch}")
        text += rng.choice(["", "", "-flatcar", "-talos", "+", "-105-generic", "-513.9.1.el8_9.x86_64", "-18-cloud-amd64", "-195.807.amzn2.x86_64"])
        if major > 2 and patch and rng.random() < 0.1:
            text = f"{stream}.{patch}.{rng.randrange(9)}-{rng.randrange(9)}.cm2"
    return text, (major, minor, third, patch, candidate or 1000)


def label(rng):
    """A pre-release identifier and its rank: numbers before text."""
    if rng.random() < 0.5:
        number = rng.choice([0, 1, 2, 9, 10, 100])
        return str(number), (0, number, "")
    text = rng.choice(["alpha", "beta", "rc", "rc1", "x-1", "a", "z"])
    return text, (1, 0, text)


def labels(rng):
    made = [label(rng) for _ in range(rng.choice([1, 1, 2, 3]))]
    return ".".join(text for text, _ in made), [rank for _, rank in made]


def nuget(rng):
    numbers = [rng.choice([0, 1, 2, 10, 2147483647]) if rng.random() < 0.3 else rng.choice([0, 1]) for _ in range(rng.choice([1, 2, 3, 3, 3, 4]))]
    text = ".".join(("0" if rng.random() < 0.1 else "") + str(number) for number in numbers)
    rank = [numbers + [0] * (4 - len(numbers)), [(2, 0, "")]]
    if rng.random() < 0.6:
        more, rank[1] = labels(rng)
        text += "-" + "".join(c.upper() if rng.random() < 0.3 else c for c in more)
    if rng.random() < 0.2:
        text += "+" + labels(rng)[0]
    return text, rank


def pub(rng):
    numbers = [rng.choice([0, 1, 2, 10]) if rng.random() < 0.3 else rng.choice([0, 1]) for _ in range(3)]
    text, rank = ".".join(map(str, numbers)), [numbers, [(2, 0, "")], []]
    if rng.random() < 0.6:
        more, rank[1] = labels(rng)
        text += "-" + more
    if rng.random() < 0.5:
        more, rank[2] = labels(rng)
        text += "+" + more
    return text, rank


BUILDERS = {"kubernetes": kubernetes, "linux": linux, "nuget": nuget, "pub": pub}


APK_VERSION = re.compile(r"\d+(\.\d+)*[a-z]?(_(alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*(-r\d+)?")


def apk_pairs(count, rng, collected):
    """Pairs on which apk-tools 2, which the reference ports, and apk-tools 3, which Bulkhead follows, agree.

    Left out: what the grammar of apk-package(5) does not allow (the two refuse different things), and pairs in which both have a part
    that begins with 0: version 2 counted the zeros (1.00 < 1.0), version 3 compares such parts as text. apk-tools' own test data has those.
    """
    result = []
    while len(result) < count:
        result += [(a, b) for a, b in mutated_pairs("apk", count, rng, collected)
                   if APK_VERSION.fullmatch(a) and APK_VERSION.fullmatch(b) and not (".0" in a and ".0" in b)]
    return result[:count]


def pairs(scheme, count, rng, collected):
    """(pairs, signs); signs is None where a tool must say."""
    if scheme in BUILDERS:
        make = BUILDERS[scheme]
        made = [(make(rng), make(rng)) for _ in range(count)]
        return [(a[0], b[0]) for a, b in made], [sign(a[1], b[1]) for a, b in made]
    if scheme == "apk":
        return apk_pairs(count, rng, collected), None
    result = mutated_pairs(scheme, count, rng, collected)
    if scheme == "go":
        result = result[: count // 2] + [(a, b) for a, b in mutated_pairs("go toolchain", count // 2, rng, []) if a.startswith("go") and b.startswith("go")]
        result = [(a, b) for a, b in result if a.startswith("go") == b.startswith("go")]
    return result, None
