# R's utils::compareVersion: lines A<TAB>B in, a sign out, "!" where numeric_version refuses one.
input <- file("stdin", "r")
lines <- readLines(input, encoding = "bytes", skipNul = TRUE)
close(input)
good <- function(v) grepl("^([[:digit:]]+[.-])*[[:digit:]]+$", v, useBytes = TRUE)
parts <- regmatches(lines, regexpr("\t", lines, useBytes = TRUE), invert = TRUE)
answer <- vapply(parts, function(p) {
  if (!good(p[1]) || !good(p[2])) return("!")
  c("<", "=", ">")[utils::compareVersion(p[1], p[2]) + 2L]
}, "")
writeLines(answer)
