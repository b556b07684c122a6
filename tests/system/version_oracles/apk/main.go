// A port of apk-tools' version.c: lines A<TAB>B in, a sign out, "!" where it refuses one.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	version "github.com/knqyf263/go-apk-version"
)

func main() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		a, b, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		left, bad := version.NewVersion(a)
		right, worse := version.NewVersion(b)
		if bad != nil || worse != nil {
			fmt.Fprintln(out, "!")
			continue
		}
		fmt.Fprintln(out, map[int]string{-1: "<", 0: "=", 1: ">"}[left.Compare(right)])
	}
}
