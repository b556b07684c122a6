// Go's own comparisons: lines A<TAB>B in, a sign out, "!" where it refuses one.
// Modules by golang.org/x/mod/semver (a missing "v" is put before), toolchains ("go1.21rc2") by go/version.
package main

import (
	"bufio"
	"fmt"
	"go/version"
	"os"
	"strings"

	"golang.org/x/mod/semver"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		a, b, _ := strings.Cut(in.Text(), "\t")
		order := 0
		if strings.HasPrefix(a, "go") && strings.HasPrefix(b, "go") {
			if !version.IsValid(a) || !version.IsValid(b) {
				fmt.Fprintln(out, "!")
				continue
			}
			order = version.Compare(a, b)
		} else {
			if !strings.HasPrefix(a, "v") {
				a = "v" + a
			}
			if !strings.HasPrefix(b, "v") {
				b = "v" + b
			}
			if !semver.IsValid(a) || !semver.IsValid(b) {
				fmt.Fprintln(out, "!")
				continue
			}
			order = semver.Compare(a, b)
		}
		fmt.Fprintln(out, string("<=>"[order+1]))
	}
}
