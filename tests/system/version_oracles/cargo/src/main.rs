// The crate semver: lines A<TAB>B in, a sign out, "!" where it refuses one.
use semver::Version;
use std::cmp::Ordering;
use std::io::{BufRead, Write};

fn main() {
    let mut out = std::io::BufWriter::new(std::io::stdout());
    for line in std::io::stdin().lock().split(b'\n') {
        let line = String::from_utf8_lossy(&line.unwrap()).into_owned();
        let (a, b) = line.split_once('\t').unwrap();
        let sign = match (Version::parse(a), Version::parse(b)) {
            (Ok(a), Ok(b)) => match a.cmp(&b) {
                Ordering::Less => "<",
                Ordering::Equal => "=",
                Ordering::Greater => ">",
            },
            _ => "!",
        };
        writeln!(out, "{sign}").unwrap();
    }
}
